//! Files being reread, or a call being downloaded again, while the current contents stay open.

use crate::call::{Dataset, LoadEvent, UserError, UserErrorKind};
use crate::source::Load;

/// Files being reread, or a call being downloaded again, until there is something to show. Until then the current
/// contents stay open.
pub struct Reload {
    /// The new load.
    pub load: Load,
    /// What arrived of it so far.
    pub early: Vec<LoadEvent>,
}

impl Reload {
    /// Starts to collect what a load brings.
    pub fn new(load: Load) -> Reload {
        Reload { load, early: Vec::new() }
    }

    /// Takes in news. Once known, returns whether there is something to show, or why there is not.
    pub fn take(&mut self, arrival: LoadEvent) -> Option<Result<(), UserError>> {
        let has_rows = matches!(&arrival, LoadEvent::Rows { rows, .. } if !rows.is_empty());
        let has_ended = matches!(arrival, LoadEvent::End(_));
        self.early.push(arrival);
        if has_rows {
            return Some(Ok(()));
        }
        has_ended.then(|| {
            let mut preview = Dataset::default();
            std::mem::take(&mut self.early).into_iter().for_each(|arrival| _ = preview.take(arrival, 0));
            Err(preview.nothing_to_show().unwrap_or_else(|| UserError {
                kind: UserErrorKind::Input,
                what: "it no longer contains any sessions".to_owned(),
                hint: None,
            }))
        })
    }
}

/// The next news of a reload; pending forever if there is none.
pub async fn next_of_reload(reload: &mut Option<Reload>) -> LoadEvent {
    if let Some(reload) = reload
        && let Some(arrival) = reload.load.next().await
    {
        return arrival;
    }
    std::future::pending().await
}
