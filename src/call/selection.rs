//! Which sessions of a call a report lists, and in what order: by the same words as on screen.

use crate::metrics;
use crate::settings::nearest;
use crate::triage::Interner;
use crate::triage::factors::FACTORS;

use super::filter::{Filter, NamedFilters};
use super::loaded::Call;
use super::row::{Order, SortKey};

/// A filter and an order. Without either, a report lists what it lists otherwise.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    filter: Option<Filter>,
    order: Option<Order>,
}

impl Selection {
    /// Reads an order: a key as in the menu of orders (`loss`, `length`, `name`, a metric or a factor), with a dash before
    /// it for the reverse. The error says what was probably meant.
    pub fn order(words: &str, set: usize) -> Result<Order, String> {
        let (name, is_reversed) = words.strip_prefix('-').map_or((words, false), |name| (name, true));
        let named = SortKey::by_id(name)
            .or_else(|| Filter::figure(name).map(SortKey::Figure))
            .or_else(|| SortKey::ALL.iter().copied().find(|key| key.name() == name));
        named.map(|key| Order { key, is_reversed, set }).ok_or_else(|| {
            let plain = SortKey::ALL.iter().map(|key| key.id()).chain(Filter::figures());
            let all = plain.chain(metrics::STREAM.iter().map(|metric| metric.id)).chain(FACTORS.iter().map(|it| it.id));
            let meant = nearest(name, all).map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
            format!("there is no order {name}{meant}")
        })
    }

    /// Creates a selection from words that were understood.
    pub fn new(filter: Option<&str>, named: &NamedFilters, order: Option<Order>) -> Selection {
        let filter = filter.map(|text| Filter::with(text, named)).filter(|filter| !filter.is_empty());
        Selection { filter, order }
    }

    /// Returns whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.filter.is_none() && self.order.is_none()
    }

    /// Returns the filter as typed, if there is one.
    pub fn filter_text(&self) -> Option<&str> {
        self.filter.as_ref().map(Filter::text)
    }

    /// Returns the order, or another one if it has none.
    pub fn order_or(&self, usual: Order) -> Order {
        self.order.unwrap_or(usual)
    }

    /// Returns the rows that match, as row numbers in the call, in this order or another one if it has none; by the
    /// verdicts of the order's rule set.
    pub fn rows(&self, call: &Call, names: &Interner, usual: Order) -> Vec<u32> {
        let order = self.order_or(usual);
        let mut filter = self.filter.clone().unwrap_or_default();
        filter.prepare(names);
        let all = (0..).zip(call.rows().iter());
        let mut rows: Vec<u32> = all.filter(|(_, row)| filter.passes(row, order.set)).map(|(at, _)| at).collect();
        order.sort(&mut rows, call.rows(), names);
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_known_by_its_name_in_filters_menus_and_the_schema_and_turned_by_a_dash() {
        let key = |words: &str| Selection::order(words, 0).map(|order| (order.key, order.is_reversed));
        for (words, known) in [
            ("worst", SortKey::Worst),
            ("worst first", SortKey::Worst),
            ("loss", SortKey::Figure("averagePacketLossRate")),
            ("averageJitter", SortKey::Figure("averageJitter")),
            ("length", SortKey::Duration),
            ("longest first", SortKey::Duration),
            ("subnet", SortKey::Factor("subnet")),
        ] {
            assert_eq!(key(words), Ok((known, false)), "{words}");
        }
        assert_eq!(key("-start"), Ok((SortKey::Start, true)));
        assert_eq!(key("los"), Err("there is no order los; did you mean loss?".to_owned()));
    }
}
