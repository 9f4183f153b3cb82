//! Keys that come together, and a moment after one another.

use super::*;

fn keys(text: &str) -> Vec<Key> {
    let key = |letter| match letter {
        '\r' => Key::Enter,
        '\t' => Key::Tab,
        letter => Key::Char(letter),
    };
    text.chars().map(key).collect()
}

fn bench() -> Bench {
    let mut bench = Bench::new((100, 30));
    let effects = bench.arrive(0, &[(1, "Ana", 0.0), (2, "Bo", 0.0), (3, "Cy", 0.0), (4, "Di", 0.0)]);
    bench.answer(&effects);
    bench
}

fn saves(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Save(_)))
}

fn file_name(bench: &Bench) -> Option<&str> {
    bench.app.layers.prompt().map(|prompt| prompt.input.value())
}

#[test]
fn a_few_keys_typed_ahead_are_keys() {
    let mut bench = bench();
    bench.app.update(Event::Burst(keys("jj")));
    assert_eq!(bench.app.views.sessions.list.viewport.at, 2);
    // A key held down is no text, however many of it come together.
    bench.app.update(Event::Burst(keys("kkkkkkkkkkkkkk")));
    assert_eq!((bench.app.views.sessions.list.viewport.at, &bench.app.layers.notice), (0, &None));
    bench.app.update(Event::Burst(keys("/bo\r2")));
    assert_eq!((bench.app.views.sessions.list.filter().text(), bench.app.view), ("bo", View::Timeline));
}

#[test]
fn a_fast_typist_is_not_taken_for_pasted_text() {
    for pieces in [
        &["/", "pe", "tre", "sc", "u", "\r", "3"][..],
        // A slow connection hands over several keys at once.
        &["/pet", "rescu", "\r", "3"],
        &["/", "petrescu", "\r", "3"],
        &["/", "petrescu\r", "3"],
        &["/", "petrescu\r3"],
        &["/petrescu\r3"],
        &["/petrescu", "\r3"],
    ] {
        let mut bench = bench();
        pieces.iter().for_each(|piece| _ = bench.app.update(Event::Burst(keys(piece))));
        let app = &bench.app;
        assert_eq!((app.filter().text(), app.view), ("petrescu", View::People), "{pieces:?}");
        assert_eq!(app.layers.notice, None, "{pieces:?}");
    }
}

#[test]
fn pasted_lines_are_no_commands_however_short_the_last_one_is() {
    for text in ["ana or bo\rquit", "anabel\rbo\rcy\r"] {
        let mut bench = bench();
        bench.press('/');
        assert!(bench.app.update(Event::Burst(keys(text))).is_empty());
        let app = &bench.app;
        assert_eq!(app.view, View::Sessions, "{text:?}");
        assert_eq!(app.filter().text(), text.trim_end().replace('\r', " "), "{text:?}");
    }
}

#[test]
fn text_pasted_into_a_view_is_no_command_in_one_piece_or_several() {
    let mut bench = bench();
    for piece in ["subnet 192.0.2.0\rq", "sq\r"] {
        assert!(bench.app.update(Event::Burst(keys(piece))).is_empty());
        let said = bench.app.layers.notice.as_ref().map(|notice| notice.text.as_str());
        assert_eq!(said, Some("pasted text ignored: press /, then paste"));
        assert!(bench.app.layers.is_empty());
    }
    // A key that comes by itself is a key again.
    assert!(!bench.press('s').0);
}

#[test]
fn text_pasted_into_a_line_stays_in_it() {
    let mut bench = bench();
    bench.press('/');
    bench.app.update(Event::Burst(keys("user:ana\rquit savings\r")));
    assert_eq!(bench.app.views.sessions.list.filter().text(), "user:ana quit savings");
    bench.press(':');
    bench.app.update(Event::Burst(keys("quit at once\r")));
    assert!(bench.app.layers.menu().is_some(), "nothing was chosen");
}

#[test]
fn the_rest_of_a_word_is_no_answer_to_a_prompt_that_its_first_letter_opened() {
    let mut bench = bench();
    let name = "call-without-id.json";
    // All at once, and key by key as a fast typist does.
    for pieces in [vec!["sub\r"], vec!["s", "u", "b", "n", "e", "t", "\r"]] {
        for piece in pieces {
            assert!(!saves(&bench.app.update(Event::Burst(keys(piece)))));
        }
        assert_eq!(file_name(&bench), Some(name));
        bench.app.update(Event::Key(Key::Esc));
    }
    // An answer comes after a moment, and may then be typed as fast as one likes.
    bench.press('s');
    bench.app.update(Event::Key(Key::Backspace));
    bench.app.update(Event::Burst(keys("xy")));
    assert_eq!(file_name(&bench), Some("call-without-id.jsoxy"));
    assert!(saves(&bench.app.update(Event::Burst(keys("\r")))));
    // So does a second Enter, as the first was seen to do nothing.
    bench.press('s');
    assert!(!saves(&bench.app.update(Event::Burst(keys("\r")))));
    assert!(saves(&bench.app.update(Event::Burst(keys("\r")))));
}

#[test]
fn a_file_is_not_overwritten_by_an_enter_that_was_meant_for_the_name() {
    let mut bench = bench();
    bench.app.update(Event::Saved(Err(("call.json".to_owned(), prompt::Unsaved::Exists))));
    assert!(!saves(&bench.app.update(Event::Burst(keys("\r")))));
    assert!(saves(&bench.app.update(Event::Key(Key::Enter))));
}

#[test]
fn tab_offers_the_next_kind_of_file_and_asks_again_whether_to_overwrite_it() {
    let mut bench = bench();
    bench.press('s');
    bench.app.update(Event::Burst(keys("\t")));
    assert_eq!(file_name(&bench), Some("call-without-id.zip"));
    bench.app.update(Event::Key(Key::Esc));
    bench.app.update(Event::Saved(Err(("call.csv".to_owned(), prompt::Unsaved::Exists))));
    bench.app.update(Event::Key(Key::Tab));
    let effects = bench.app.update(Event::Key(Key::Enter));
    let [Effect::Save(request)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((request.name.as_str(), request.format), ("call.jsonl", SaveFormat::JsonLines));
    assert!(!request.may_replace);
}

#[test]
fn no_file_is_written_while_its_name_cannot_be_seen() {
    let mut bench = bench();
    bench.app.update(Event::Resize(5, 3));
    bench.press('s');
    assert!(!saves(&bench.app.update(Event::Key(Key::Enter))));
    bench.app.update(Event::Resize(80, 24));
    assert_eq!(file_name(&bench), Some("call-without-id.json"));
    assert!(saves(&bench.app.update(Event::Key(Key::Enter))));
}
