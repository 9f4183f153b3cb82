//! What keys do, what they do not, and what is said about it.

use super::*;

#[test]
fn a_key_that_does_nothing_here_says_where_it_does_or_why_not() {
    let mut bench = Bench::new((100, 30));
    let effects = bench.arrive(0, &[(1, "Ana", 0.0)]);
    bench.answer(&effects);
    for (key, says) in [
        (Key::Char('+'), "+ (zoom in) works in the timeline; press 2 to go there"),
        (Key::Char('w'), "w (layout) works in raw JSON; press r to show it"),
        (Key::Char('#'), "# does nothing here; press ? for the keys"),
        (Key::Char('R'), "nothing to retry: loading was not interrupted"),
        (Key::Char('1'), "this view is already on screen"),
        (Key::Char('c'), "this call was opened alone: there is no list of calls"),
    ] {
        assert!(bench.app.update(Event::Key(key)).is_empty(), "{key}");
        assert_eq!(bench.app.layers.notice.as_ref().map(|notice| notice.text.as_str()), Some(says));
    }
}

#[test]
fn q_goes_back_from_whatever_lies_over_a_view_and_quits_from_the_view() {
    let mut bench = Bench::new((100, 30));
    let effects = bench.arrive(0, &[(1, "Ana", 0.0)]);
    bench.answer(&effects);
    for over in ['?', 'd', 'r', 'i', 'y', 'o', 'C'] {
        assert_eq!(bench.press(over), (false, false), "{over}");
        assert_eq!(bench.press('q'), (true, false), "{over}");
    }
    // In the menu of commands, and in a word begun in any menu, it is a letter.
    for (menu, word, typed) in [(':', "q", "q"), ('y', "eq", "eq")] {
        bench.press(menu);
        word.chars().for_each(|letter| _ = bench.press(letter));
        assert_eq!(bench.app.layers.menu().map(|menu| menu.input.value()), Some(typed));
        bench.app.update(Event::Key(Key::Esc));
    }
    assert_eq!(bench.press('q'), (true, true));
}

#[test]
fn the_key_of_the_view_below_closes_what_lies_over_it() {
    let mut bench = Bench::new((100, 30));
    let effects = bench.arrive(0, &[(1, "Ana", 0.0)]);
    bench.answer(&effects);
    bench.act(Action::Details);
    assert!(bench.app.layers.overlay().is_some() && bench.app.offers(Action::Sessions));
    bench.act(Action::Sessions);
    assert!(bench.app.layers.is_empty());
}

#[test]
fn a_click_on_a_hint_does_what_it_says_unless_a_message_stands_there() {
    let mut bench = Bench::new((100, 30));
    let effects = bench.arrive(0, &[(1, "Ana", 0.0), (2, "Bo", 0.0)]);
    bench.answer(&effects);
    let column = |bench: &Bench, action| {
        let hint = bench.app.hints(1, 100).into_iter().find(|hint| hint.action == action).expect("it is shown");
        u16::try_from(hint.column).expect("on the screen") + 1
    };
    let click = |bench: &mut Bench, column| bench.app.update(Event::Mouse(Mouse::Click(column, 29)));
    let people = column(&bench, Action::People);
    click(&mut bench, people);
    assert_eq!(bench.app.view, View::People);
    let help = column(&bench, Action::Help);
    click(&mut bench, help);
    let back = column(&bench, Action::Back);
    click(&mut bench, back);
    assert!(bench.app.layers.is_empty());
    bench.app.layers.notice = Some(Notice::done("copied"));
    click(&mut bench, help);
    assert!(bench.app.layers.is_empty() && bench.app.layers.notice.is_none());
}

#[test]
fn an_entry_of_a_menu_is_chosen_by_a_click() {
    let mut bench = Bench::new((100, 30));
    let effects = bench.arrive(0, &[(1, "Ana", 0.0), (2, "Bo", 0.0)]);
    bench.answer(&effects);
    bench.press(':');
    "people".chars().for_each(|letter| _ = bench.press(letter));
    let inside = bench.app.menu_area().expect("it is open").inside();
    let mut click = |line| bench.app.update(Event::Mouse(Mouse::Click(inside.x + 2, inside.y + line)));
    click(0);
    click(inside.height - 1);
    click(1);
    assert!(bench.app.layers.menu().is_none());
    assert_eq!(bench.app.view, View::People);
}

#[test]
fn the_palette_offers_what_was_chosen_last_first() {
    let mut bench = Bench::new((100, 30));
    let effects = bench.arrive(0, &[(1, "Ana", 0.0), (2, "Bo", 0.0)]);
    bench.answer(&effects);
    for letter in ":users".chars() {
        bench.press(letter);
    }
    bench.app.update(Event::Key(Key::Enter));
    assert_eq!(bench.app.view, View::People);
    bench.act(Action::Sessions);
    bench.press(':');
    let first = bench.app.layers.menu().and_then(|menu| menu.selected()).map(|entry| entry.label.as_str());
    assert_eq!(first, Some("people"));
}

#[test]
fn the_help_narrows_its_keys_as_one_types() {
    let mut bench = Bench::new((100, 30));
    bench.press('?');
    let lines = |bench: &Bench| {
        let help = bench.app.layers.help().expect("it is open");
        pages::help(&bench.app.keys, help.scope, &help.filter)
    };
    let all = lines(&bench).len();
    for letter in "/order".chars() {
        bench.press(letter);
    }
    let narrowed = lines(&bench);
    assert!(narrowed.len() < all && narrowed.contains(&pages::TextLine::Key("o".to_owned(), "sort")), "{narrowed:?}");
    bench.app.update(Event::Key(Key::Esc));
    assert_eq!(lines(&bench).len(), all);
    bench.press('q');
    assert!(bench.app.layers.is_empty());
}
