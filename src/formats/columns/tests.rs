//! The tables of columns are whole: every member is there, named and explained once.

use super::*;
use crate::model::{DeviceInfo, MediaStream, NetworkInfo, UserAgent};

fn table() -> Table {
    Table::new(RuleSets::built_in())
}

#[test]
fn every_column_has_a_name_that_needs_no_quotes_and_a_meaning() {
    let table = table();
    for (at, column) in table.columns().iter().enumerate() {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        assert!(column.name.starts_with(|first: char| first.is_ascii_uppercase()), "{}", column.name);
        assert!(column.name.chars().all(plain), "{}", column.name);
        assert!(!column.meaning.is_empty(), "{} is not explained", column.name);
        let earlier = table.columns()[..at].iter().find(|other| other.name.eq_ignore_ascii_case(&column.name));
        assert!(earlier.is_none(), "{} is there twice", column.name);
    }
}

#[test]
fn every_member_of_a_stream_a_network_a_device_and_a_client_is_a_column() {
    let table = table();
    let has = |name: &str| table.columns().iter().any(|column| column.name == name);
    let renamed = |member: &str| match member {
        "basicServiceSetIdentifier" => "BSSID".to_owned(),
        "azureADAppId" => "AzureAdAppId".to_owned(),
        "headerValue" => "UserAgentHeaderValue".to_owned(),
        "role" => "ServiceRole".to_owned(),
        "startDateTime" => "StreamStartTime".to_owned(),
        "endDateTime" => "StreamEndTime".to_owned(),
        member => member[..1].to_uppercase() + &member[1..],
    };
    let members = |all: &'static [&'static str]| all.iter().filter(|member| !member.contains('@'));
    for member in members(MediaStream::MEMBERS) {
        assert!(has(&renamed(member)), "{member} of a stream is no column");
    }
    for member in members(NetworkInfo::MEMBERS).chain(members(DeviceInfo::MEMBERS)).chain(members(UserAgent::MEMBERS)) {
        for end in ["Caller", "Callee"] {
            assert!(has(&format!("{end}_{}", renamed(member))), "{member} of the {end} is no column");
        }
    }
}

#[test]
fn the_documentation_lists_the_columns_as_they_are() {
    let documented = include_str!("../../../docs/columns.md");
    let own = table().markdown();
    assert!(documented.contains(&own), "put this table into docs/columns.md:\n{own}");
}

#[test]
fn names_that_repeat_are_numbered() {
    let mut columns = table().columns;
    columns.truncate(3);
    columns[1].name = "callid".to_owned();
    columns[2].name = "CallId".to_owned();
    columns[0].name = "CallId".to_owned();
    number_repeated_names(&mut columns);
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["CallId", "callid_2", "CallId_3"]);
}

#[test]
fn no_cell_controls_a_terminal_and_nothing_left_is_missing() {
    assert_eq!(Cell::text("a\u{1b}[2Jb\u{202e}").safe(), Cell::words("a\u{fffd}[2Jb".to_owned()));
    assert_eq!(Cell::text("\u{200b}").safe(), Cell::Missing);
    assert_eq!(Cell::text("").safe(), Cell::Missing);
    assert_eq!(Cell::number(f64::NAN), Cell::Missing);
    assert_eq!(Cell::list(["a\tb"]).safe(), Cell::List(vec!["a b".to_owned().into()]));
}
