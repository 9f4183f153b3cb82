//! What is removed from pieces of JSON, and what is left of them.

use super::*;
use crate::model::session::read;

/// What is left of a piece of JSON at a level.
fn left(level: Level, json: &str) -> String {
    left_of(level, &[json]).remove(0)
}

fn left_of(level: Level, all: &[&str]) -> Vec<String> {
    let (mut redactor, mut guard) = (Redactor::new(level), Guard::default());
    all.iter().for_each(|json| redactor.learn(json.as_bytes(), &mut guard));
    redactor.begin(guard);
    let text = |json: &&str| String::from_utf8(redactor.redacted(json.as_bytes())).expect("UTF-8");
    all.iter().map(text).collect()
}

#[test]
fn a_person_is_the_same_wherever_they_are_and_the_form_of_the_json_stays() {
    let json = r#"{ "id":"s-1", "caller": {"associatedIdentity":{"displayName":"Ana Lima","id":"a-1","userPrincipalName":"ana@x.example"}},
  "callee":{"identity":{"user":{"id":"a-1","displayName":"ANA  Lima"}}} }"#;
    assert_eq!(
        left(Level::Tier2, json),
        r#"{ "id":"s-1", "caller": {"associatedIdentity":{"displayName":"Person 1","id":"facade00-0000-4000-8000-000000000001","userPrincipalName":"person-1@removed.invalid"}},
  "callee":{"identity":{"user":{"id":"facade00-0000-4000-8000-000000000001","displayName":"Person 1"}}} }"#
    );
}

#[test]
fn what_is_missing_stays_missing() {
    let json = r#"{"caller":{"name":null,"associatedIdentity":{"id":"","displayName":null}},"segments":[{"media":[
        {"callerNetwork":{"macAddress":"00-00-00-00-00-00","linkSpeed":4294967295,"subnet":"","port":0,"extra":null,"more":""}}]}]}"#;
    assert_eq!(left(Level::Tier1, json).replace("removed1", "extra").replace("removed2", "more"), json);
}

#[test]
fn networks_and_devices_stay_at_tier2_unless_a_name_is_in_them() {
    let json = r#"{"caller":{"associatedIdentity":{"displayName":"Ruth Abara"}},"segments":[{"media":[{"label":"main-audio",
        "callerNetwork":{"subnet":"10.1.0.0","macAddress":"0A-00-5E-00-53-01","dnsSuffix":"abara.example"},
        "callerDevice":{"captureDeviceName":"Abara's headset","renderDeviceName":"Jabra Evolve2"}}]}]}"#;
    let tier2 = left(Level::Tier2, json);
    for stays in ["main-audio", "10.1.0.0", "Jabra Evolve2"] {
        assert!(tier2.contains(stays), "{stays}: {tier2}");
    }
    for goes in ["Abara", "abara", "0A-00"] {
        assert!(!tier2.contains(goes), "{goes}: {tier2}");
    }
    let tier1 = left(Level::Tier1, json);
    assert!(tier1.contains(r#""subnet":"A""#) && !tier1.contains("Jabra"), "{tier1}");
}

#[test]
fn figures_times_and_words_of_the_schema_stay_and_everything_unknown_goes() {
    let json = r#"{"id":"s","startDateTime":"2026-11-20T09:00:00Z","isTest":"Owen","modalities":["audio","owen"],"mood":{"Owen":[1,true,"Owen"]},
        "segments":[{"media":[{"streams":[{"averageJitter":"PT0.1S","maxJitter":{"ticks":450000,"Owen":1},"packetUtilization":"42","averagePacketLossRate":0.5,"streamId":7}]}]}]}"#;
    let text = left(Level::Tier2, json);
    assert!(!text.to_lowercase().contains("owen"), "{text}");
    for stays in ["2026-11-20T09:00:00Z", "\"audio\"", "PT0.1S", "\"ticks\":450000", "\"42\"", "0.5", "true"] {
        assert!(text.contains(stays), "{stays}: {text}");
    }
    assert!(text.contains(r#""streamId":0"#), "a number in place of a text stays unreadable: {text}");
    assert!(!text.contains("mood"), "{text}");
}

#[test]
fn a_link_keeps_the_call_and_the_options_of_the_request() {
    let json = r#"{"@odata.context":"https://graph.contoso.example/v1.0/$metadata#communications/callRecords('0c0ffee0-0000-4000-8000-000000000001')/sessions(segments())",
        "value":[],"@odata.nextLink":"https://graph.contoso.example/v1.0/communications/callRecords/0c0ffee0-0000-4000-8000-000000000001/sessions?$expand=segments&$skiptoken=b3dlbg"}"#;
    let text = left(Level::Tier2, json);
    assert!(!text.contains("contoso") && !text.contains("b3dlbg"), "{text}");
    let envelope: Field<crate::model::Envelope> = serde_json::from_str(&text).expect("JSON");
    let envelope = envelope.value().expect("an object");
    assert_eq!(envelope.call_id().as_deref(), Some("0c0ffee0-0000-4000-8000-000000000001"));
    assert_eq!(crate::model::Asked::of(envelope).segments, Some(true));
    assert!(matches!(envelope.link(), crate::model::NextLink::At(_)));
}

#[test]
fn a_complaint_keeps_its_name_where_it_is_known() {
    let json = r#"{"caller":{"feedback":{"rating":"bad","text":"no Owen","tokens":{"NoSound":true,"OwenNoSound":true,"Owen":false}}}}"#;
    let text = left(Level::Tier2, json);
    assert!(text.contains(r#""NoSound":true"#) && !text.to_lowercase().contains("owen"), "{text}");
}

#[test]
fn what_powershell_cut_off_is_still_known_as_such() {
    assert_eq!(left(Level::Tier2, r#"{"caller":"@{id=1; name=Owen}"}"#), r#"{"caller":"@{removed}"}"#);
    assert_eq!(left(Level::Tier2, r#"{"segments":"System.Object[] Owen"}"#), r#"{"segments":"System.removed"}"#);
}

#[test]
fn a_participant_saved_as_if_it_were_a_session_does_not_keep_its_id() {
    let json = r#"{"value":[{"id":"user-17","identity":{"user":{"id":"user-17","displayName":"Owen"}}}]}"#;
    assert!(!left(Level::Tier2, json).contains("user-17"));
}

proptest::proptest! {
    /// Broken JSON is as readable without what is hidden as with it, and what is hidden is not in it.
    #[test]
    fn whatever_is_broken_hides_the_same(cut in 0usize..400, with in "[{}\\[\\],:\"\\\\ a0-9]{0,3}") {
        let json = r#"{"id":"s-1","caller":{"name":"PC-zorgle","associatedIdentity":{"id":"zorgle-1","displayName":"Mx Zorgle"},
            "feedback":{"text":"I am Zorgle","tokens":{"zorgle":true}}},"zorgle":"zorgle","segments":[{"media":[{"callerNetwork":
            {"subnet":"zorgle","port":50000}}]}]}"#;
        let at = cut.min(json.len());
        let broken = format!("{}{with}{}", &json[..at], &json[at..]);
        let text = left(Level::Tier1, &broken);
        // What is cut in two is two other words.
        if with.is_empty() || with.contains(|letter: char| "{}[],: \"".contains(letter)) {
            proptest::prop_assert!(!text.to_lowercase().contains("zorgle"), "{broken} became {text}");
        }
        if let (Ok(one), Ok(other)) = (read(broken.as_bytes()), read(text.as_bytes())) {
            proptest::prop_assert_eq!(one.session.segments.items().len(), other.session.segments.items().len());
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let (mut redactor, mut guard) = (Redactor::new(Level::Tier1), Guard::default());
        redactor.learn(&bytes, &mut guard);
        redactor.begin(guard);
        let _ = redactor.redacted(&bytes);
    }
}

/// JSON of any shape, of members that the schema has, in their places or elsewhere, and of members that it does not have;
/// every text is `zq` and letters.
fn any_json() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
    use proptest::prelude::*;
    let mut names: Vec<&'static str> = OUTERMOST.iter().flat_map(|record| record.names).copied().collect();
    names.extend(all_records().iter().flat_map(|record| record.names).copied());
    names.extend(table::IDENTITY_KINDS);
    names.extend(["value", "sessions", "body", "segments@odata.nextLink", "zqmember", "ZqName@odata.type", "nextLink"]);
    // IDs of calls, sessions and segments stay.
    names.retain(|name| *name != "id");
    let text = proptest::string::string_regex(
        "(zq[a-z]{3,9}|\\+49zq[a-z]{4}|@\\{zq[a-z]{4}\\}|#zq[a-z]{4}|zq[a-z]{3} zq[a-z]{3}|Audio zq[a-z]{4})",
    );
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        text.expect("a pattern").prop_map(Into::into),
    ];
    leaf.prop_recursive(8, 96, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::vec((proptest::sample::select(names.clone()), inner), 0..6)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

proptest::proptest! {
    #[test]
    fn no_text_planted_in_any_member_is_left_at_tier1_and_the_shape_is(value in any_json()) {
        fn shape(value: &serde_json::Value) -> String {
            match value {
                serde_json::Value::Object(members) => format!("{{{}}}", members.values().map(shape).collect::<String>()),
                serde_json::Value::Array(items) => format!("[{}]", items.iter().map(shape).collect::<String>()),
                serde_json::Value::String(_) => "s".to_owned(),
                other => other.to_string(),
            }
        }
        let text = left(Level::Tier1, &value.to_string());
        proptest::prop_assert!(!text.to_lowercase().contains("zq"), "{value} became {text}");
        let left: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        proptest::prop_assert_eq!(shape(&value), shape(&left), "{} became {}", value, text);
    }
}

#[test]
fn a_link_keeps_the_calls_id_and_members_of_the_schema_and_nothing_else() {
    let id = "7d3c1f00-0000-4000-8000-000000000180";
    for path in [
        format!("callRecords('{id}')/sessions(segments())"),
        format!("callRecords/{id}/sessions"),
        "callRecords(sessions(segments()))/$entity".to_owned(),
    ] {
        let json = format!(r#"{{"@odata.context":"https://graph.example/v1.0/$metadata#communications/{path}"}}"#);
        let removed = format!(r#"{{"@odata.context":"https://removed.invalid/$metadata#communications/{path}"}}"#);
        assert_eq!(left(Level::Tier2, &json), removed);
    }
    for path in ["callRecords('Abara')/sessions", "callRecords(id,abara)", "callRecords/sessions/ruth.abara@x.example"]
    {
        for member in ["@odata.context", "@odata.nextLink", "sessions@odata.nextLink"] {
            let json = format!(r#"{{"{member}":"https://graph.example/v1.0/communications/{path}?$skiptoken=1"}}"#);
            let text = left(Level::Tier2, &json);
            assert!(!text.to_lowercase().contains("abara") && text.contains("callRecords"), "{text}");
        }
    }
}
