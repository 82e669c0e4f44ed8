//! Links in the transcript and in their overlay: where they lead, and what cannot be opened.

use crate::chat::SpecialKind;
use crate::test_support::TestApp;
use crate::test_support::builders::{customer_message, special_message, today_at};
use crate::view::tests::assert_screen;

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
fn links_to_choose_from_say_where_they_lead() {
    let mut test_app = test_app();
    test_app.press("o");
    assert_screen("over-links-user-info", &test_app);
    test_app.press("jj");
    assert_screen("over-links-not-openable", &test_app);
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
