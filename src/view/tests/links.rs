//! Links in the transcript and in their overlay: where they lead, and what cannot be opened.

use crate::chat::SpecialKind;
use crate::test_support::builders::{agent_message, customer_message, special_message, today_at};
use crate::test_support::{TestApp, scenario};
use crate::view::tests::{assert_screen, assert_screen_with};
use crate::view::{Appearance, ThemeId};

fn test_app() -> TestApp {
    let redirect = |address: &str| SpecialKind::Url {
        address: address.to_owned(),
    };
    let deceptive = "http://evil.example.com@good.example.com:8080/login";
    let text = "https://user:pass@[::1]:80/a, https://例え.テスト/, ftp://x.example/ and \
        <a href='javascript:alert(1)'>this</a>, <a href='https://help.example.com/'>help.example.com</a>, \
        <a href='https://other.example/'>https://help.example.com/</a>, <a href='mailto:a@b.example'>mail</a>";
    let mut test_app = TestApp::with_session(1);
    test_app.resize(70, 18);
    let messages = vec![
        special_message(1, today_at("13:00"), redirect(deceptive)),
        special_message(2, today_at("13:01"), redirect("file:///etc/passwd")),
        customer_message(3, today_at("13:02"), text),
    ];
    test_app.send_messages(1, messages);
    test_app.send_live();
    test_app
}

#[test]
fn the_host_of_a_link_is_emphasized_and_user_info_is_marked() {
    assert_screen("links-in-messages", &test_app());
}

#[test]
fn links_to_choose_from_show_where_they_lead() {
    let mut test_app = test_app();
    test_app.press("o");
    assert_screen("over-links-user-info", &test_app);
    test_app.press("jj");
    assert_screen("over-links-not-openable", &test_app);
}

#[test]
fn links_of_the_conversation_have_author_and_time() {
    for (width, height) in [(80, 24), (40, 12), (20, 5)] {
        let mut test_app = scenario::test_app(width, height);
        let image = "<img src='https://cdn.fjord.example/map.png' alt='map'> www.fjord.example/a";
        test_app.send_messages(101, vec![agent_message(33, today_at("14:00"), image)]);
        test_app.press("OGkk");
        assert_screen(&format!("over-all-links-{width}x{height}"), &test_app);
        let ascii = Appearance::new(ThemeId::Mono, true);
        let name = format!("over-all-links-{width}x{height}-ascii");
        assert_screen_with(&name, &test_app, &ascii);
    }
}

/// The one selected is on the screen, wherever it is in a long list.
#[test]
fn the_selected_link_is_on_the_screen() {
    let mut test_app = TestApp::with_session(1);
    test_app.resize(40, 12);
    let links: Vec<_> = (1..=40)
        .map(|number| format!("https://x.example/{}/{number}", "a".repeat(number * 4)))
        .collect();
    test_app.send_messages(
        1,
        vec![customer_message(1, today_at("13:00"), &links.join(" "))],
    );
    test_app.press("o");
    for key in
        "jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk".split("")
    {
        test_app.press(key);
        let marked = test_app.screen_lines().into_iter();
        let marked = marked.filter_map(|line| Some(line.split_once("▌ ")?.1.to_owned()));
        let marked: String = marked.map(|line| line.replace([' ', '│'], "")).collect();
        assert!(links.contains(&marked), "{marked}");
    }
}
