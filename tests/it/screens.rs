//! Golden screens: what the program shows at common sizes. `cargo insta review` shows what changed.

use std::fs;

use crate::support::drive::Driver;
use crate::support::fixtures;
use callscope::demo::weather::Weather;

const LARGE: (u16, u16) = (200, 50);
const WIDE: (u16, u16) = (120, 36);
const USUAL: (u16, u16) = (80, 24);
const SMALL: (u16, u16) = (60, 20);

macro_rules! golden {
    ($name:ident, $driver:expr) => {
        insta::assert_snapshot!(stringify!($name), $driver.settled().await)
    };
}

async fn meeting(size: (u16, u16)) -> Driver {
    let driver = Driver::demo_call("meeting", size, Weather::default()).await;
    driver.wait_for("complete: 3 pages").await;
    driver
}

/// Moves to the first session with a poor stream, in whose tree the worst stream is selected.
async fn at_the_worst(size: (u16, u16)) -> Driver {
    let driver = meeting(size).await;
    driver.press("/ferreira").await;
    driver.wait_for("1 of 180").await;
    // Without the filter, the cursor stays on the session.
    driver.press("<enter><esc>").await;
    driver.wait_for("/180 · worst first").await;
    // Keys typed before the session has been read would mean something else.
    driver.settled().await;
    driver
}

#[tokio::test(flavor = "multi_thread")]
async fn the_meeting_wide() {
    let driver = meeting(WIDE).await;
    driver.wait_for("Metrics · service → Tomás heard").await;
    golden!(meeting_wide, driver);
    driver.resize(LARGE.0, LARGE.1).await;
    driver.wait_for("Metrics · service → Tomás heard").await;
    golden!(meeting_large, driver);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_meeting_at_80_by_24_in_each_pane() {
    let driver = at_the_worst(USUAL).await;
    driver.wait_for("this person's downlink").await;
    golden!(meeting_usual_sessions, driver);
    driver.press("<tab>").await;
    driver.wait_for("expand").await;
    golden!(meeting_usual_tree, driver);
    driver.press("<tab>").await;
    driver.wait_gone("expand").await;
    golden!(meeting_usual_metrics, driver);
    driver.press("<tab>").await;
    driver.wait_for("show where").await;
    golden!(meeting_usual_why, driver);
}

/// A stream judged by any of its metrics, one judged by the first that was measured, and one of somebody who came back.
#[tokio::test(flavor = "multi_thread")]
async fn metrics_stand_beside_their_limit_and_among_those_of_the_call() {
    for (name, size) in SIZES {
        let driver = meeting(size).await;
        for (whose, filter, stream) in [
            ("audio", "ferreira", "Tomás heard"),
            ("video", "zoltán grünwald", "Zoltán showed"),
            ("rejoined", "mira nakamura failed", "Mira spoke"),
        ] {
            driver.press("<esc><esc><esc>/").await;
            driver.press(filter).await;
            driver.wait_for("1 of 180").await;
            driver.press("<enter>").await;
            driver.settled().await;
            driver.press("<enter><tab>").await;
            driver.wait_for(stream).await;
            driver.wait_for("×lim.").await;
            insta::assert_snapshot!(format!("metrics_{whose}_{name}"), driver.settled().await);
        }
        driver.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_meeting_at_60_by_20_one_pane_at_a_time() {
    let driver = at_the_worst(SMALL).await;
    golden!(meeting_small_sessions, driver);
    driver.press("<right>").await;
    driver.wait_for("segment 1").await;
    golden!(meeting_small_tree, driver);
    driver.press("<right>").await;
    driver.wait_for("Metrics · service → Tomás heard").await;
    golden!(meeting_small_metrics, driver);
    driver.press("<tab>").await;
    driver.wait_for("this person's downlink").await;
    golden!(meeting_small_why, driver);
}

/// Every view of the whole call at every common size.
#[tokio::test(flavor = "multi_thread")]
async fn people_and_findings_of_the_meeting() {
    for (name, size) in SIZES {
        let driver = meeting(size).await;
        driver.wait_for("16 of 176 people").await;
        driver.press("3").await;
        driver.wait_for("People 176").await;
        insta::assert_snapshot!(format!("people_{name}"), driver.settled().await);
        driver.press("<tab>").await;
        driver.wait_for("12 of 12 people in this").await;
        insta::assert_snapshot!(format!("people_shared_{name}"), driver.settled().await);
        driver.press("4").await;
        driver.wait_for("most important first").await;
        driver.wait_gone("reading the worst case").await;
        insta::assert_snapshot!(format!("findings_{name}"), driver.settled().await);
        driver.press("<tab>").await;
        driver.wait_for("likely experience").await;
        insta::assert_snapshot!(format!("findings_account_{name}"), driver.settled().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_leads_to_its_sessions_and_a_shared_value_to_its_people() {
    let driver = meeting(WIDE).await;
    driver.wait_for("16 of 176 people").await;
    driver.press("4").await;
    driver.wait_for("poor voice").await;
    driver.wait_gone("reading the worst case").await;
    driver.press("<enter>").await;
    driver.wait_for("/16 of 180").await;
    driver.wait_for("/finding:a").await;
    driver.wait_for("Metrics · service → Tomás heard").await;
    driver.press("<esc>3<tab><enter>").await;
    driver.wait_for("People 12 of 176").await;
    driver.press("<esc>").await;
    driver.wait_for("People 176").await;
    driver.press("g<enter>").await;
    driver.wait_for("/180 · worst first").await;
    driver.wait_for("Metrics · service → Tomás heard").await;
    driver.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_rule_set_shows_which_verdicts_change() {
    let driver = Driver::demo_call("pair", WIDE, Weather::default()).await;
    driver.wait_for("No stream between").await;
    driver.press("v").await;
    driver.wait_for("by cqd-2020: 1 verdict changed").await;
    driver.wait_for("degradation 1.16 MOS").await;
    driver.wait_for("heard Odile Fontaine badly").await;
    driver.wait_for("which end is not").await;
    golden!(pair_by_cqd_2020, driver);
    driver.press("v").await;
    driver.wait_for("by cri: 1 verdict changed").await;
    driver.wait_for("Nothing can be judged").await;
    driver.wait_for("needs over 1,000").await;
    driver.press("v").await;
    driver.wait_for("No stream between").await;
    driver.wait_gone("verdict changes").await;
    driver.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_fetched_call_says_so_far() {
    let weather = Weather::throttled(2, 600);
    let driver = Driver::demo_call("meeting", USUAL, weather).await;
    driver.wait_for("So far, ").await;
    // The record arrives alongside the pages, sooner or later.
    driver.wait_for("group call").await;
    // A second more or less does not matter in this test.
    let screen = driver.settled().await.replace("599 s", "600 s").replace("598 s", "600 s");
    insta::assert_snapshot!("half_fetched", screen);
    driver.press("4").await;
    driver.wait_for("So far, ").await;
    driver.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_leads_to_the_node_and_tells_what_to_do() {
    let driver = at_the_worst(WIDE).await;
    driver.wait_for("this person's downlink").await;
    driver.press("<btab>").await;
    driver.wait_for("next: ").await;
    golden!(why_focused, driver);
    driver.press("<down><down><enter>").await;
    driver.wait_for("expand").await;
    driver.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn details_of_a_session_a_medium_and_a_stream() {
    let driver = at_the_worst(WIDE).await;
    driver.wait_for("Metrics · service → Tomás heard").await;
    driver.press("d").await;
    driver.wait_for("Details · session of Tomás Ferreira").await;
    golden!(details_session, driver);
    driver.press("<esc><tab>d").await;
    driver.wait_for("Details · service → Tomás heard").await;
    golden!(details_stream, driver);
    driver.press("<esc><left>d").await;
    driver.wait_for("Details · main-audio").await;
    golden!(details_medium, driver);
    driver.resize(USUAL.0, USUAL.1).await;
    driver.wait_until("the smaller screen", |screen| screen.lines().count() == 24).await;
    driver.press("jjjjjjjjjjjjj").await;
    driver.wait_for("linkSpeed: caller").await;
    golden!(details_medium_usual, driver);
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_of_a_medium_set_both_sides_side_by_side() {
    let driver = at_the_worst(WIDE).await;
    driver.wait_for("Metrics · service → Tomás heard").await;
    driver.press("<tab><left>").await;
    driver.wait_for("Metrics · main-audio, networks and devices").await;
    golden!(metrics_of_a_medium, driver);
}

#[tokio::test(flavor = "multi_thread")]
async fn raw_json_indented_and_as_received() {
    let driver = at_the_worst(USUAL).await;
    driver.wait_for("this person's downlink").await;
    driver.press("<tab>r").await;
    driver.wait_for("indented").await;
    golden!(raw_indented, driver);
    driver.press("w").await;
    driver.wait_gone("indented").await;
    golden!(raw_as_received, driver);
}

#[tokio::test(flavor = "multi_thread")]
async fn status_help_and_the_list_of_calls() {
    let driver = meeting(USUAL).await;
    driver.press("i").await;
    driver.wait_for("Status").await;
    golden!(status_of_the_meeting, driver);
    driver.press("?").await;
    driver.wait_for("Help").await;
    golden!(help_for_status, driver);
    for (size, cells) in SIZES {
        let list = Driver::demo_list(cells, Weather::default()).await;
        list.wait_for("Town hall").await;
        insta::assert_snapshot!(format!("list_of_calls_{size}"), list.settled().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_filter_line_while_somebody_types() {
    let driver = meeting(USUAL).await;
    driver.press("/harbour").await;
    driver.wait_for("0 of 180").await;
    golden!(filter_finds_nothing, driver);
    driver.press("<c-u>wifi").await;
    driver.wait_for("/wifi").await;
    golden!(filter_finds_some, driver);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_two_people() {
    let driver = Driver::demo_call("pair", WIDE, Weather::default()).await;
    driver.wait_for("complete").await;
    driver.wait_for("Metrics · Odile spoke → Mira heard").await;
    golden!(pair_wide, driver);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_with_holes_are_drawn_as_holes() {
    let driver = meeting(WIDE).await;
    driver.press("/unclassified<enter>").await;
    driver.wait_for("/3 of 180").await;
    driver.wait_for("the list of segments is empty").await;
    golden!(session_with_an_empty_list, driver);
    driver.press("<down>").await;
    driver.wait_for("no media").await;
    golden!(session_without_media, driver);
    driver.press("<down>").await;
    driver.wait_for("segments are null in the record").await;
    golden!(session_with_null_segments, driver);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_with_a_lone_stream_is_set_among_the_others() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sessions = (0..30).map(|at| {
        let mut session = fixtures::session(at, &format!("Person {at:02}"), at as f64 / 100.0);
        let streams = session["segments"][0]["media"][0]["streams"].as_array_mut().expect("streams");
        streams.truncate(1);
        session
    });
    let page = fixtures::page(&sessions.collect::<Vec<_>>(), None);
    let path = folder.path().join("call.json");
    fs::write(&path, page.to_string()).expect("it takes files");
    let driver = Driver::paths(&[&path], WIDE);
    driver.wait_for("complete").await;
    driver.wait_for("30 sessions").await;
    golden!(lone_streams, driver);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_page_says_that_there_is_more() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("page.json");
    let link = "https://graph.microsoft.com/v1.0/communications/callRecords/x/sessions?$skiptoken=2";
    fs::write(&path, fixtures::page(&[fixtures::session(1, "Greta Quist", 0.0)], Some(link)).to_string())
        .expect("it takes files");
    let driver = Driver::paths(&[&path], USUAL);
    driver.wait_for("more on the server").await;
    driver.wait_for("no findings here").await;
    golden!(more_on_the_server, driver);
}

#[tokio::test(flavor = "multi_thread")]
async fn tiny_terminals_get_one_clear_line() {
    let driver = Driver::demo_call("meeting", (30, 6), Weather::default()).await;
    driver.wait_for("18/180 · complete").await;
    golden!(tiny_30_by_6, driver);
    for (width, height) in [(29, 6), (12, 3), (1, 1)] {
        driver.resize(width, height).await;
        let first: String = "callscope needs 30×6".chars().take(usize::from(width).saturating_sub(1)).collect();
        driver.wait_for(first.trim_end()).await;
    }
}

/// A view at each of the common sizes.
const SIZES: [(&str, (u16, u16)); 4] = [("large", LARGE), ("wide", WIDE), ("usual", USUAL), ("small", SMALL)];

/// Shows one thing at every size: opens it with its keys, and waits for a text.
async fn at_every_size(name: &str, keys: &[(&str, &str)]) {
    for (size, cells) in SIZES {
        let driver = at_the_worst(cells).await;
        for (press, text) in keys {
            driver.press(press).await;
            driver.wait_for(text).await;
        }
        let name = format!("{name}_{size}");
        insta::assert_snapshot!(name, driver.settled().await);
        driver.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_has_everybody_with_gaps_failures_and_a_clock() {
    const OPEN: (&str, &str) = ("2", "Timeline · 176 people");
    at_every_size("timeline", &[OPEN]).await;
    at_every_size("timeline_enlarged", &[OPEN, ("++", "4×")]).await;
    at_every_size("timeline_by_subnet", &[OPEN, ("b", "by subnet")]).await;
    at_every_size("timeline_by_state", &[OPEN, ("b", "by subnet"), ("b", "by state")]).await;
    at_every_size("timeline_filtered", &[("/ferreira<enter>", "1 of 180"), ("2", "1 of 176 people")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drop_outside_the_window_is_not_drawn_as_one() {
    let driver = meeting(WIDE).await;
    driver.press("2").await;
    driver.wait_for("Timeline · 176 people").await;
    let bars = |screen: &str| {
        let line = screen.lines().find(|line| line.contains("Mira Nakamura")).map(str::to_owned).unwrap_or_default();
        line.split_once("Mira Nakamura").map(|(_, bars)| bars.to_owned()).unwrap_or_default()
    };
    let whole = bars(&driver.settled().await);
    assert!(whole.contains("─◘···") && !whole.contains(['◂', '▸']), "{whole}");
    // The first 12 minutes; Mira dropped after 18.
    driver.press("++<left><left><left><left>").await;
    driver.wait_for("4× · 08:58:25").await;
    let early = bars(&driver.settled().await);
    assert!(early.contains("──▸") && !early.contains('◘'), "{early}");
    driver.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_under_the_cursor_is_explained() {
    at_every_size("explained_verdict", &[("x", "by each rule set")]).await;
    at_every_size("explained_figure", &[("<enter><enter>", "Metrics"), ("x", "what it is")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_of_a_stream_goes_from_device_to_device() {
    at_every_size("way", &[("p", "Media path")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sessions_stand_side_by_side_with_what_decides_first() {
    at_every_size("compared", &[("m", "marked"), ("Gkkkkm", "Comparison")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_compared_with_the_median_good_one_of_its_kind() {
    at_every_size("compared_with_healthy", &[("H", "median of")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn details_status_and_help_at_every_size() {
    at_every_size("details", &[("d", "Details")]).await;
    at_every_size("status", &[("i", "Status")]).await;
    at_every_size("help", &[("?", "Help")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn raw_json_folds_and_is_searched() {
    at_every_size("raw", &[("r", "Raw"), ("]", "problem 1 of")]).await;
    at_every_size("raw_found", &[("r", "Raw"), ("-", "…"), ("/averageJitter<enter>", "1 of")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_filter_in_every_view_and_a_search_in_every_text() {
    let filter = ("/net:wifi poor<enter>", "13 of 180 sessions");
    at_every_size("sessions_filtered", &[filter]).await;
    at_every_size("people_filtered", &[filter, ("3", "People 13 of 176")]).await;
    at_every_size("findings_filtered", &[filter, ("4", "Findings 18 of")]).await;
    at_every_size("people_of_a_side", &[("3", "People"), ("<tab>", "whose side"), ("<enter>", "People 12 of 176")])
        .await;
    at_every_size("tree_searched", &[("<enter>/loss", "find loss"), ("<enter>n", "of")]).await;
    at_every_size("status_searched", &[("i/page", "of"), ("<enter>", "/page")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn menus_of_commands_of_what_can_be_copied_of_orders_and_of_columns() {
    at_every_size("palette", &[(":", "Commands")]).await;
    at_every_size("copy", &[("y", "Copy")]).await;
    at_every_size("sort", &[("o", "Sort the sessions")]).await;
    at_every_size("columns", &[("C", "Columns of the sessions"), ("jitter<enter>", "shown"), ("<esc>", "Sessions")])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_the_filter_is_marked_where_it_stands_and_said_above() {
    let driver = meeting(USUAL).await;
    driver.press("/poor usr:x").await;
    driver.wait_for("did you mean user:?").await;
    golden!(filter_mistaken, driver);
    let buffer = driver.buffer();
    let line = buffer.area.height - 1;
    let marked: String = (0..buffer.area.width)
        .filter(|column| buffer[(*column, line)].modifier.contains(ratatui::style::Modifier::UNDERLINED))
        .map(|column| buffer[(column, line)].symbol())
        .collect();
    assert_eq!(marked, "usr:x");
    driver.press("<c-u>fin<tab>").await;
    driver.wait_for("/finding:").await;
    driver.press("wifi-w<tab>").await;
    driver.wait_for("/finding:wifi-weak").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_copied_is_what_the_menu_says() {
    let driver = at_the_worst(WIDE).await;
    driver.press("yid of the call<c-u>the call<enter>").await;
    driver.wait_for("sent the call's id").await;
    assert_eq!(driver.copied().as_deref(), Some("7d3c1f00-0000-4000-8000-000000000180"));
    driver.press("Y").await;
    driver.wait_for("sent the triage for a ticket").await;
    let ticket = driver.copied().expect("it was copied");
    assert!(ticket.starts_with("25 of 176 people") && ticket.contains("subnet 10.150.0.0"), "{ticket}");
    driver.press("ylong jira<enter>").await;
    driver.wait_for("sent the long ticket").await;
    let ticket = driver.copied().expect("it was copied");
    assert!(ticket.starts_with("h2. group call") && ticket.contains("** next: give the site"), "{ticket}");
    driver.press("ycurl<enter>").await;
    driver.wait_for("sent the request for curl").await;
    let request = driver.copied().expect("it was copied");
    assert!(request.contains("$CALLSCOPE_TOKEN") && !request.contains(callscope::demo::server::TOKEN), "{request}");
    driver.press("r").await;
    driver.wait_for("Raw").await;
    driver.press("jyfor jq<enter>").await;
    driver.wait_for("sent its path for jq").await;
    assert_eq!(driver.copied().as_deref(), Some(".id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pane_fills_the_screen_and_gives_it_back() {
    let driver = at_the_worst(WIDE).await;
    driver.press("z").await;
    driver.wait_gone("Metrics").await;
    golden!(sessions_filled, driver);
    driver.press("<esc>").await;
    driver.wait_for("Metrics").await;
    driver.press(">>>").await;
    let wider = driver.settled().await;
    let width = |screen: &str| screen.lines().find_map(|line| line.find('╮')).unwrap_or(0);
    driver.press("<<<").await;
    assert!(width(&wider) > width(&driver.settled().await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_finds_the_worst_compares_and_copies_the_ticket() {
    let driver = meeting(USUAL).await;
    // The worst person, and why: the first poor session is one key away from the top of the list.
    driver.press("/poor<enter>").await;
    driver.wait_for("/18 of 180").await;
    driver.press("m").await;
    driver.wait_for("marked").await;
    // Others who share it.
    driver.press("3").await;
    driver.wait_for("subnet 10.150.0.0").await;
    // Compare with a good session, among all people.
    driver.press("<esc>").await;
    driver.wait_for("People 176").await;
    driver.press("Gkkkkkm").await;
    driver.wait_for("Comparison").await;
    driver.wait_for("✓ good").await;
    driver.press("Y").await;
    driver.wait_for("sent the triage for a ticket").await;
}
