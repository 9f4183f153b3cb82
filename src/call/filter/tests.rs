//! What a filter finds, what it says of mistakes, and what it completes.

use super::*;
use crate::call::Place;
use crate::triage::RuleSets;

const SESSION: &str = r##"{"id":"e523d2ed-2966-4b6b-925b-754a88034cc5","isTest":false,
    "startDateTime":"2026-11-20T09:00:00Z","endDateTime":"2026-11-20T09:10:00Z",
    "caller":{"associatedIdentity":{"displayName":"Åsa Öberg"},"userAgent":{"platform":"iOS","headerValue":"Client/27"},"feedback":{"rating":"poor","text":"It hissed","tokens":{"Echo":true,"Noisy":false}}},
    "callee":{"@odata.type":"#microsoft.graph.callRecords.serviceEndpoint"},
    "segments":[{"media":[{"label":"main-audio","callerNetwork":{"connectionType":"wifi","subnet":"10.150.0.0",
        "reflexiveIPAddress":"203.0.113.7","networkTransportProtocol":"tcp"},
      "streams":[{"streamDirection":"callerToCallee","packetUtilization":900,"averagePacketLossRate":0.14,"averageRoundTripTime":"PT0.3S"}]}]}]}"##;

fn passes(filter: &str) -> bool {
    let session = crate::model::session::read(SESSION.as_bytes()).expect("a session").session;
    let mut names = Interner::default();
    let place = Place { part: 0, offset: 0, length: 0 };
    let row = Row::new(&session, SESSION.as_bytes(), place, 0, RuleSets::built_in(), &mut names);
    let mut filter = Filter::new(filter);
    assert_eq!(filter.mistakes, [], "{}", filter.text);
    filter.prepare(&names);
    filter.passes(&row, 0)
}

#[test]
fn tokens_look_at_one_thing_and_words_at_everything() {
    for filter in [
        "",
        "åsa",
        "öberg poor",
        "user:åsa net:wifi",
        "ip:203.0",
        "ip:10.150",
        "subnet:10.150.0.0",
        "platform:ios",
        "client:client/27",
        "kind:audio",
        "!kind:video",
        "loss>0.05",
        "loss>5%",
        "loss=14%",
        "rtt>=300ms rtt<=0.3s",
        "averagePacketLossRate>10%",
        "length>9m",
        "length<=600s",
        "tcp",
        "rated",
        "rated:poor",
        "complained",
        "said:echo",
        "said:hissed",
        "hissed",
        "!said:noisy",
        "finding:tcp",
        "finding:audio-poor",
        "!failed",
        "!good",
        "!test",
        "id:e523",
        "\"Åsa Öberg\"",
        "user:\"Åsa Ö\"",
        "10.150",
        "packets>500",
    ] {
        assert!(passes(filter), "{filter}");
    }
    for filter in [
        "ÅSA",
        "user:wifi",
        "net:wired",
        "ip:wifi",
        "loss>15%",
        "loss<14%",
        "fps>1",
        "length>10m",
        "!poor",
        "good",
        "test",
        "service",
        "kind:sharing",
        "finding:vpn",
        "rated:bad",
        "said:noisy",
        "said:öberg",
        "poor net:wired",
    ] {
        assert!(!passes(filter), "{filter}");
    }
}

#[test]
fn what_is_not_understood_is_told_with_its_place_and_the_rest_still_counts() {
    let mistakes = |text: &str| {
        let filter = Filter::new(text);
        filter.mistakes.iter().map(|(range, what)| format!("{}: {what}", &text[range.clone()])).collect::<Vec<_>>()
    };
    assert_eq!(mistakes("poor usr:x"), ["usr:x: usr: is not a filter; did you mean user:?"]);
    assert_eq!(mistakes("los>5%"), ["los>5%: unknown metric los; did you mean loss?"]);
    assert_eq!(mistakes("rtt>x"), ["rtt>x: `x`: expected a value such as 7 ms or 7 s or 7 m"]);
    assert_eq!(mistakes("poor @vip"), ["@vip: there is no filter @vip: the config file names none"]);
    assert_eq!(mistakes("rated:awful"), ["rated:awful: ratings are bad, poor, fair, good, excellent"]);
    assert_eq!(mistakes("kind:smell"), ["kind:smell: kinds are audio, video, sharing, data"]);
    assert_eq!(mistakes("finding:wifi-weka"), ["finding:wifi-weka: no such finding; did you mean wifi-weak?"]);
    assert_eq!(mistakes("09:00 fe80::1"), Vec::<String>::new(), "times and addresses are words");
    assert_eq!(Filter::new("poor usr:x").terms().count(), 1);
}

#[test]
fn what_may_be_typed_is_offered() {
    let offered = |begun: &str| {
        Filter::suggestions(begun, &NamedFilters::default()).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(offered("po"), ["poor"]);
    assert_eq!(offered("!us"), ["user:"]);
    assert!(offered("").contains(&"loss>".to_owned()) && offered("").contains(&"subnet:".to_owned()));
    assert!(offered("finding:wi").contains(&"finding:wifi-weak".to_owned()));
}

#[test]
fn a_begun_token_is_finished_as_far_as_there_is_one_way() {
    for (begun, completed) in [
        ("us", Some("user:")),
        ("!us", Some("!user:")),
        ("poo", Some("poor ")),
        ("finding:wifi-w", Some("finding:wifi-weak ")),
        ("finding:wifi", Some("finding:wifi-")),
        ("", None),
        ("zzz", None),
        ("user:", None),
    ] {
        assert_eq!(Filter::complete(begun, &NamedFilters::default()).as_deref(), completed, "{begun}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_a_filter_panic(text in "\\PC{0,40}|[a-z:<>=!\" 0-9.%]{0,40}") {
        let filter = Filter::new(&text);
        for (range, _) in &filter.mistakes {
            proptest::prop_assert!(text.get(range.clone()).is_some());
        }
        let _ = (Filter::suggestions(&text, &NamedFilters::default()), Filter::complete(&text, &NamedFilters::default()));
    }
}

#[test]
fn what_matched_in_a_shown_text_can_be_marked() {
    let marked = |filter: &str, part: Part, text: &str| {
        let places = Filter::new(filter).matches_in(part, text).into_iter();
        places.map(|place| text[place].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(marked("ab", Part::Name, "Abbie Crabtree"), ["Ab", "ab"]);
    assert_eq!(marked("Ab", Part::Name, "Abbie Crabtree"), ["Ab"], "upper case only matches itself");
    assert_eq!(marked("user:ab !wired", Part::Name, "Abbie wired"), ["Ab"]);
    assert_eq!(marked("user:ab", Part::Words, "Abbie"), Vec::<String>::new(), "a name is no reason");
    assert_eq!(marked("net:wifi", Part::Value("net"), "wifi, wired"), ["wifi"]);
    assert_eq!(marked("net:wifi", Part::Value("subnet"), "wifi"), Vec::<String>::new());
    assert_eq!(marked("loss>5%", Part::Figure("averagePacketLossRate"), "14 %"), ["14 %"]);
    assert_eq!(marked("loss>5%", Part::Figure("averageJitter"), "14 ms"), Vec::<String>::new());
    assert_eq!(marked("aba bab", Part::Name, "ababx"), ["abab"], "overlapping matches are one");
    assert_eq!(marked("i\u{307}s", Part::Name, "aİstan"), ["İs"], "letters that change their length");
    assert_eq!(marked("poor", Part::Words, "poor"), Vec::<String>::new(), "a word with a meaning is not searched for");
}

#[test]
fn a_value_that_cannot_be_meant_is_asked_about() {
    let told = |text: &str| Filter::new(text).mistakes.into_iter().map(|(_, what)| what).collect::<Vec<_>>().join(" ");
    assert_eq!(told("loss>5"), "loss>5 is 500 %: did you mean loss>5%?");
    assert_eq!(told("loss>=1"), "loss>=1 is 100 %: did you mean loss>=1%?");
    assert_eq!(told("loss>120%"), "loss is never over 100 %");
    assert_eq!(told("jitter<-5ms"), "jitter is never below 0");
    assert_eq!(told("rtt>300"), "rtt>300 has no unit: did you mean rtt>300ms?");
    assert_eq!(told("length>9"), "length>9 has no unit: did you mean length>9m?");
    assert_eq!(told("loss>0.05 loss>5% rtt>0.3s length>9m fps<10"), "");
}

#[test]
fn either_side_of_an_or_is_enough_and_a_side_that_says_nothing_is_none() {
    for filter in ["good or åsa", "good or poor net:wifi", "poor or", "or", "good or user:åsa !good", "good OR tcp"] {
        assert!(passes(filter), "{filter}");
    }
    for filter in ["good or poor net:wired", "good or test", "\"OR\" poor"] {
        assert!(!passes(filter), "{filter}");
    }
}

#[test]
fn a_token_can_be_added_to_every_side() {
    let with = |text: &str| Filter::new(text).text_with("finding:tcp");
    assert_eq!((with(""), with("poor")), ("finding:tcp".to_owned(), "poor finding:tcp".to_owned()));
    assert_eq!(with("user:\"a or b\" or tcp"), "user:\"a or b\" finding:tcp or tcp finding:tcp");
    assert_eq!(with("finding:tcp poor"), "finding:tcp poor", "once");
}

#[test]
fn quotes_take_the_meaning_from_a_word_and_equals_asks_for_all_of_a_value() {
    for filter in ["user=\"Åsa Öberg\"", "subnet=10.150.0.0", "net=wifi", "user=\"åsa öberg\"", "kind=audio", "judged"]
    {
        assert!(passes(filter), "{filter}");
    }
    for filter in ["\"tcp!\"", "user=åsa", "subnet=10.150.0", "net=wi", "\"rated\""] {
        assert!(!passes(filter), "{filter}");
    }
}

#[test]
fn a_person_is_found_by_their_own_end() {
    let text = r#"{"id":"1","caller":{"associatedIdentity":{"displayName":"Ana"}},"callee":{"associatedIdentity":{"displayName":"Bo"}},
        "segments":[{"media":[{"label":"main-audio","callerNetwork":{"connectionType":"wifi"},"calleeNetwork":{"connectionType":"wired"}}]}]}"#;
    let session = crate::model::session::read(text.as_bytes()).expect("a session").session;
    let mut names = Interner::default();
    let place = Place { part: 0, offset: 0, length: 0 };
    let row = Row::new(&session, text.as_bytes(), place, 0, RuleSets::built_in(), &mut names);
    let passes = |filter: &str| {
        let mut filter = Filter::new(filter);
        filter.prepare(&names);
        let ends = [End::Caller, End::Callee].map(|end| filter.passes_for(&row, end, 0));
        (filter.passes(&row, 0), ends)
    };
    assert_eq!(passes("ana"), (true, [true, false]));
    assert_eq!(passes("net:wired"), (true, [false, true]));
    assert_eq!(passes("ana net:wired"), (true, [false, false]), "one session, but no person");
    assert_eq!(passes("!kind:video"), (true, [true, true]));
}

#[test]
fn filters_with_a_name_stand_for_what_they_say() {
    let mut named = NamedFilters::default();
    assert_eq!(named.add("vip", "user:zoe or user:åsa"), Ok(()));
    for (name, text, says) in [
        ("my vip", "poor", "\"my vip\" is no name for a filter: use letters, digits, - and _"),
        ("vip", " ", "the filter vip is empty"),
        ("bad", "poor loss>5", "filter bad, `loss>5`: loss>5 is 500 %: did you mean loss>5%?"),
        ("bad", "@vip", "filter bad, `@vip`: a filter with a name cannot use another one"),
    ] {
        assert_eq!(NamedFilters::default().add(name, text), Err(says.to_owned()));
    }
    let filter = Filter::with("@vip poor", &named);
    assert_eq!((filter.mistakes.len(), filter.matches_in(Part::Name, "Zoe Ek")), (0, Vec::from_iter(Some(0..3))));
    let told = |text: &str| Filter::with(text, &named).mistakes.into_iter().map(|(_, what)| what).collect::<String>();
    assert_eq!(told("@vipp"), "there is no filter @vipp; did you mean @vip?");
    assert_eq!(told("@x"), "there is no filter @x: choose from @vip");
    assert_eq!(Filter::complete("@v", &named).as_deref(), Some("@vip "));
}

#[test]
fn a_list_of_calls_takes_what_it_can_check_and_says_so_of_the_rest() {
    let named = NamedFilters::default();
    let filter = |text: &str| Filter::of_calls(text, &named);
    let call = "20 Nov 2026 09:00 group audio video Ana Lima 7d3c1f00";
    for text in ["ana", "user:ana kind:video", "!kind:sharing", "bo or 7d3c", "id:7d3c"] {
        assert!(filter(text).mistakes.is_empty() && filter(text).passes_text(call), "{text}");
    }
    assert!(!filter("bo").passes_text(call) && !filter("!ana").passes_text(call));
    assert_eq!(filter("ana loss>5%").mistakes.len(), 1);
}
