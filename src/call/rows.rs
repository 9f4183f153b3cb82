//! The rows of a call, in the order in which they came: growing, and to be handed to another thread without copying.

use std::ops::Index;
use std::sync::Arc;

use super::row::Row;

/// Rows in chunks. A clone shares them; whoever changes a chunk then copies that chunk alone.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    chunks: Vec<Arc<Vec<Row>>>,
    count: usize,
}

const CHUNK: usize = 1024;

impl Rows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The row of a number.
    pub fn get(&self, at: usize) -> Option<&Row> {
        self.chunks.get(at / CHUNK)?.get(at % CHUNK)
    }

    /// The first row.
    pub fn first(&self) -> Option<&Row> {
        self.get(0)
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = &Row> + Clone {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    /// Adds a row.
    pub fn push(&mut self, row: Row) {
        if self.count.is_multiple_of(CHUNK) {
            self.chunks.push(Arc::default());
        }
        if let Some(last) = self.chunks.last_mut() {
            Arc::make_mut(last).push(row);
            self.count += 1;
        }
    }

    /// Puts a row in the place of another one.
    pub fn replace(&mut self, at: usize, row: Row) {
        if let Some(old) = self.chunks.get_mut(at / CHUNK).and_then(|chunk| Arc::make_mut(chunk).get_mut(at % CHUNK)) {
            *old = row;
        }
    }
}

impl Index<usize> for Rows {
    type Output = Row;

    fn index(&self, at: usize) -> &Row {
        &self.chunks[at / CHUNK][at % CHUNK]
    }
}

impl<'a> IntoIterator for &'a Rows {
    type Item = &'a Row;
    type IntoIter = Box<dyn Iterator<Item = &'a Row> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl FromIterator<Row> for Rows {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Rows {
        let mut all = Rows::default();
        rows.into_iter().for_each(|row| all.push(row));
        all
    }
}
