//! The rows of a call in the order they arrived: growing, and shared with other threads without copying.

use std::ops::Index;
use std::sync::Arc;

use super::row::Row;

/// Rows in chunks. A clone shares them; a change copies only the chunk it affects.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    chunks: Vec<Arc<Vec<Row>>>,
    count: usize,
}

const CHUNK: usize = 1024;

impl Rows {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the row at an index.
    pub fn get(&self, at: usize) -> Option<&Row> {
        self.chunks.get(at / CHUNK)?.get(at % CHUNK)
    }

    /// Returns the first row.
    pub fn first(&self) -> Option<&Row> {
        self.get(0)
    }

    /// Iterates over all rows.
    pub fn iter(&self) -> impl Iterator<Item = &Row> + Clone {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    /// Appends a row.
    pub fn push(&mut self, row: Row) {
        if self.count.is_multiple_of(CHUNK) {
            self.chunks.push(Arc::default());
        }
        if let Some(last) = self.chunks.last_mut() {
            let chunk = Arc::make_mut(last);
            if chunk.len() == chunk.capacity() {
                // Doubled, but never beyond the end of the chunk: a copy has room for its rows alone.
                chunk.reserve_exact(chunk.len().clamp(4, CHUNK).min(CHUNK - chunk.len()));
            }
            chunk.push(row);
            self.count += 1;
        }
    }

    /// Replaces the row at an index.
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
