//! Names of access points: `BSSID,name` lines. An access point has a BSSID for each radio and network name, so one name
//! may stand in several lines.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::Listed;
use super::rows::{LONGEST_NAME, Remark, Remarks, Rows, Unusable, shown};

/// Names by BSSID.
#[derive(Debug, Default)]
pub struct AccessPoints {
    names: Vec<Box<str>>,
    by_bssid: HashMap<u64, u32, FixedState>,
}

/// What to do about an empty file.
const FORMAT: &str = "it needs a line `BSSID,name` for each access point";

impl AccessPoints {
    /// Reads a file. The remarks name every line that is left out; an error if none can be used.
    pub fn read(bytes: &[u8]) -> Result<(AccessPoints, Vec<Remark>), Unusable> {
        let mut all = AccessPoints::default();
        let mut remarks = Remarks::default();
        let mut numbers: HashMap<Box<str>, u32, FixedState> = HashMap::default();
        let mut lines: HashMap<u64, usize, FixedState> = HashMap::default();
        for (line, fields) in Rows::new(bytes)? {
            let (bssid, name) = match fields.and_then(|fields| row(&fields)) {
                Ok(row) => row,
                Err(what) => {
                    remarks.left_out(line, what);
                    continue;
                }
            };
            if let Some(first) = lines.get(&bssid) {
                remarks.left_out(line, format!("this BSSID is already in line {first}: that one is used; remove one"));
                continue;
            }
            lines.insert(bssid, line);
            let number = *numbers.entry(name.clone()).or_insert_with(|| {
                all.names.push(name);
                all.names.len() as u32 - 1
            });
            all.by_bssid.insert(bssid, number);
        }
        let remarks = remarks.finish(all.by_bssid.len(), FORMAT)?;
        Ok((all, remarks))
    }

    /// Returns the name for a BSSID in any spelling.
    pub(super) fn of(&self, text: &str) -> Listed<&str> {
        let Some(bssid) = bssid(text) else { return Listed::Unknown };
        let name = self.by_bssid.get(&bssid).and_then(|at| self.names.get(*at as usize));
        name.map_or(Listed::Not, |name| Listed::As(name))
    }

    /// Returns the number of BSSIDs.
    pub fn count(&self) -> usize {
        self.by_bssid.len()
    }
}

fn row(fields: &[String]) -> Result<(u64, Box<str>), String> {
    let [first, name, rest @ ..] = fields else {
        return Err("it has 1 column, not two: write the BSSID, a comma and the name".to_owned());
    };
    let Some(bssid) = bssid(first) else {
        return Err(match first.to_lowercase().as_str() {
            "bssid" | "mac" | "mac address" => "it is a header: remove it".to_owned(),
            _ => format!("{} is no BSSID: write one such as 02-00-5e-10-00-01", shown(first)),
        });
    };
    if rest.iter().any(|field| !field.is_empty()) {
        return Err(
            "it has more than two columns: write the BSSID, a comma and the name, in quotation marks if it has a comma"
                .to_owned(),
        );
    }
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(format!("its name is empty or longer than {LONGEST_NAME} characters: give it one that fits"));
    }
    Ok((bssid, name.as_str().into()))
}

/// Reads a BSSID in any spelling: 02-00-5E-10-00-01, 02:00:5e:10:00:01, 0200.5e10.0001, 02005e100001.
fn bssid(text: &str) -> Option<u64> {
    let mut digits = 0;
    let mut number: u64 = 0;
    for letter in text.trim().chars() {
        match letter.to_digit(16) {
            Some(digit) if digits < 12 => {
                digits += 1;
                number = number << 4 | u64::from(digit);
            }
            None if ['-', ':', '.', ' '].contains(&letter) => {}
            _ => return None,
        }
    }
    (digits == 12).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bssid_is_found_in_any_spelling_and_a_name_may_have_several() {
        let text = "02-00-5E-10-00-01,\"Floor 3, west\"\n0200.5e10.0002,Lobby\n02:00:5e:10:00:03,Lobby,\n";
        let (all, remarks) = AccessPoints::read(text.as_bytes()).expect("it has good rows");
        assert!(remarks.is_empty(), "{remarks:?}");
        for spelling in ["02-00-5e-10-00-01", "02:00:5E:10:00:01", "0200.5e10.0001", "02005E100001"] {
            assert_eq!(all.of(spelling), Listed::As("Floor 3, west"), "{spelling}");
        }
        assert_eq!(
            (all.of("02-00-5E-10-00-02"), all.of("02-00-5E-10-00-03")),
            (Listed::As("Lobby"), Listed::As("Lobby"))
        );
        assert_eq!((all.of("02-00-5e-10-00-04"), all.of("nonsense"), all.count()), (Listed::Not, Listed::Unknown, 3));
    }

    #[test]
    fn bad_lines_are_named() {
        let text = "BSSID,Name\n02-00-5e-10-00-01,A\n02:00:5e:10:00:01,B\n02-00-5e-10-00,C\n02-00-5e-10-00-02\n02-00-5e-10-00-02,\n02-00-5e-10-00-02,a,b\n";
        let (all, remarks) = AccessPoints::read(text.as_bytes()).expect("it has a good row");
        let lines: Vec<usize> = remarks.iter().map(|remark| remark.line).collect();
        assert_eq!((lines, all.count()), (vec![1, 3, 4, 5, 6, 7], 1));
        assert!(AccessPoints::read(b"a,b\n").is_err_and(|error| error.0.contains("`a` is no BSSID")));
    }
}
