//! Tests of parsing for all kinds of markup.

use super::*;
use proptest::prelude::*;

/// Renders annotations as `*bold*`, `/italic/`, `_underline_` and `[link]{target}`.
fn drawn(html: &str) -> String {
    let rich = parse(html);
    // At the same position, inner annotations close first and outer ones open first.
    let mut signs: Vec<(usize, isize, String)> = Vec::new();
    for (number, mark) in (1..).zip(&rich.annotations) {
        let (open, close) = match &mark.format {
            Format::Bold => ("*", "*".to_owned()),
            Format::Italic => ("/", "/".to_owned()),
            Format::Underline => ("_", "_".to_owned()),
            Format::Link(target) => ("[", format!("]{{{target}}}")),
            Format::Image(target) => ("![", format!("]{{{target}}}")),
        };
        signs.push((mark.range.start, number, open.to_owned()));
        signs.push((mark.range.end, -number, close));
    }
    signs.sort();
    let mut text = rich.text;
    for (at, _, sign) in signs.iter().rev() {
        text.insert_str(*at, sign);
    }
    text
}

#[test]
fn markup_is_parsed() {
    let table = [
        ("", ""),
        ("plain\r\ntext\n\nas typed", "plain\ntext\n\nas typed"),
        ("<b>bold</b> <STRONG>too</STRONG>", "*bold* *too*"),
        ("<i>a</i><em>b</em><u>c</u>", "/a//b/_c_"),
        ("<b>a<i>b</b>c</i>d", "*a/b*c/d"),
        ("<b><b>nested</b> still</b> not", "*nested still* not"),
        ("stray</b> end, open <b>start", "stray end, open *start*"),
        (
            "one<br>two<br/>three<BR />\r\nfour</br>five",
            "one\ntwo\nthree\nfour\nfive",
        ),
        (
            "<p>one</p><p>two</p>\r\n<div><p>three</p></div>",
            "one\ntwo\nthree",
        ),
        ("<div>\n  one\n</div>\n<div>two</div>", "one\ntwo"),
        ("<p>one</p><p><br></p><p>two</p>", "one\n\ntwo"),
        ("Hei<br><br>Kari", "Hei\n\nKari"),
        ("<h2>Title</h2>text", "*Title*\ntext"),
        ("a <b>b</b> <i>c</i> d", "a *b* /c/ d"),
        (
            "<p>one <b>two</b>\n</p>\n<b>three</b>",
            "one *two*\n*three*",
        ),
        (
            "Choose:\n<ul>\n<li>a</li>\n <li>b</li>\n</ul>\nDone",
            "Choose:\n• a\n• b\nDone",
        ),
        (
            "<ol><li>a<li>b<ul><li>c</li></ul></li><li>d</li></ol>",
            "1. a\n2. b\n  • c\n3. d",
        ),
        (
            "<ul><li><p>one</p><p>two</p></li></ul>end",
            "• one\n  two\nend",
        ),
        ("<li>alone", "• alone"),
        (
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
            "a | b\nc",
        ),
        ("before<hr>after", "before\n───\nafter"),
        (
            "<img src='https://x.no/a.png' alt='logo'> <img src=//x.no/b>",
            "![logo]{https://x.no/a.png} ![[image]]{//x.no/b}",
        ),
        (
            "a <img src='DATA:image/png;base64,AAAA' alt=' '> <img> b",
            "a [image] [image] b",
        ),
        (
            "<a href='https://x.no/'><img src='https://x.no/a' alt='x.no'></a>",
            "![[x.no]{https://x.no/}]{https://x.no/a}",
        ),
        ("<span style=\"color:red\" title='a > b'>red</span>", "red"),
        ("a<!-- hidden <b> -->b", "ab"),
        (
            "&lt;b&gt; &amp;amp; &oslash;&#39;&#x1F600;&nbsp;&copy 10&euro;",
            "<b> &amp; ø'😀\u{a0}© 10€",
        ),
        ("AT&T R&D &unknown; &", "AT&T R&D &unknown; &"),
        ("x&#27;[31my&#0;&#x202e;z&#x9b;2J", "xy\u{fffd}z›2J"),
        ("\u{1b}<b>[1m</b>x", "x"),
    ];
    for (html, expected) in table {
        assert_eq!(drawn(html), expected, "{html:?}");
    }
}

#[test]
fn numbered_lists_have_the_numbers_of_their_tags() {
    let items = "<li>a</li><li>b</li></ol>";
    for (list, numbers) in [
        ("<ol>", [1, 2]),
        ("<ol start=\"5\">", [5, 6]),
        ("<OL TYPE='1' START=5>", [5, 6]),
        ("<ol start=' +7x'>", [7, 8]),
        ("<ol start='0'>", [0, 1]),
        ("<ol start='-1'>", [-1, 0]),
        ("<ol start='five'>", [1, 2]),
        ("<ol start=''>", [1, 2]),
        ("<ol start='99999999999'>", [1, 2]),
        ("<ol start='2147483647'>", [i32::MAX, i32::MAX]),
        ("<ol reversed start='5'>", [5, 4]),
    ] {
        let [first, second] = numbers;
        let expected = format!("{first}. a\n{second}. b");
        assert_eq!(drawn(&format!("{list}{items}")), expected, "{list}");
    }
    let table = [
        ("<ol reversed><li>a</li><li>b</li></ol>", "• a\n• b"),
        (
            "<ol><li value='4'>a</li><li>b</li><li value=x>c</li></ol>",
            "4. a\n5. b\n6. c",
        ),
        (
            "<ol start=3><li>a<ol start=8><li>b</ol><li>c</ol>",
            "3. a\n  8. b\n4. c",
        ),
        ("<ul start=3><li value=9>a</ul>", "• a"),
    ];
    for (html, expected) in table {
        assert_eq!(drawn(html), expected, "{html}");
    }
}

#[test]
fn unknown_tags_are_shown_as_typed() {
    for typed in [
        "<kr 1 200>",
        "<foo>",
        "</foo>",
        "a < b > c",
        "List<String> and Vec<a::B>",
        "I <3 you, </3",
        "<!-- not closed",
        "<b not closed",
        "<kari@example.com>",
        "<>",
        "<script>alert(1)</script>",
        "<!DOCTYPE html>",
        "<?xml version=\"1.0\"?>",
        "x <",
    ] {
        assert_eq!(parse(typed), RichText::plain(typed), "{typed:?}");
    }
    assert_eq!(drawn("<foo <b>x</b>>"), "<foo *x*>");
}

#[test]
fn a_link_shows_its_text_and_its_target() {
    let table = [
        (
            "See <a href=\"https://help.example.com/faq/91\">svaret</a>.",
            "See [svaret]{https://help.example.com/faq/91} ([https://help.example.com/faq/91]{https://help.example.com/faq/91}).",
        ),
        (
            "<a href='https://x.no/'>https://x.no</a>",
            "[https://x.no]{https://x.no/}",
        ),
        (
            "<a href=https://x.no/a>x.no/a</a>",
            "[x.no/a]{https://x.no/a}",
        ),
        (
            "<a href=\"https://x.no/?a=1&amp;b=2\"></a>",
            "[https://x.no/?a=1&b=2]{https://x.no/?a=1&b=2}",
        ),
        (
            "<a href=\"mailto:kari@x.no\">kari@x.no</a>",
            "[kari@x.no]{mailto:kari@x.no}",
        ),
        (
            "<a href=\"javascript:x\">y</a>",
            "[y]{javascript:x} ([javascript:x]{javascript:x})",
        ),
        (
            "<a href=\"&#27;[1mhttps://x.no\n/y\">z</a>",
            "[z]{https://x.no /y} ([https://x.no /y]{https://x.no /y})",
        ),
        ("<a name=x>y</a> <a>z</a>", "y z"),
        (
            "<a href=https://x.no>open",
            "[open]{https://x.no} ([https://x.no]{https://x.no})",
        ),
        (
            "<a href=https://x.no><b>x.no</b></a>",
            "*[x.no]{https://x.no}*",
        ),
        (
            "go to https://x.no/a?b=c, now",
            "go to [https://x.no/a?b=c]{https://x.no/a?b=c}, now",
        ),
        (
            "(http://x.no) a@b.no file.txt",
            "([http://x.no]{http://x.no}) a@b.no file.txt",
        ),
        (
            "go to (www.x.no/a), WWW.X.NO or <a href='www.x.no'>x</a>",
            "go to ([www.x.no/a]{https://www.x.no/a}), [WWW.X.NO]{https://WWW.X.NO} or \
             [x]{https://www.x.no} ([https://www.x.no]{https://www.x.no})",
        ),
        (
            "<b>https://x.no</b>/y",
            "[*https://x.no*/y]{https://x.no/y}",
        ),
    ];
    for (html, expected) in table {
        assert_eq!(drawn(html), expected, "{html:?}");
    }
}

#[test]
fn time_is_linear_in_the_length() {
    for piece in [
        "<b =''>' =",
        "<a href=\"",
        "<b>",
        "<ul><li>",
        "<!--",
        "<",
        "</p><i>",
        "&",
        "<a href=http://x>y",
        "http://",
        "a://",
        "www.a.b\"",
        "www.a.b,",
        "\u{1b}]",
        "\u{9d}\u{1b}[",
        "\u{200d}\u{301}",
    ] {
        // In quadratic time this would not finish.
        let text = parse(&piece.repeat(300_000 / piece.len())).text;
        assert!(text == sanitize::sanitize_text(&text), "{piece:?}");
    }
}

#[test]
fn a_tag_costs_the_same_however_much_follows_it() {
    // Comparing what follows with itself at each tag would take minutes.
    let count = 1 << 20;
    let text = parse(&"<hr>".repeat(count)).text;
    assert_eq!(text.split('\n').count(), count);
}

#[test]
fn what_is_laid_out_retains_its_formats_and_links() {
    for piece in [
        "<b>x</b>",
        "<u><i>x</i>",
        "<a href=x>y</a>",
        "<a href='https://x.example/1'>y</a> ",
        "<a href='https://x.example/1'></a> ",
        "https://x.example/1 ",
        "<h1>x</h1>",
        "<img src=x>",
    ] {
        let rich = parse(&piece.repeat((1 << 20) / piece.len()));
        let starts: Vec<_> = rich.annotations.iter().map(|it| it.range.start).collect();
        assert!(
            starts.iter().all(|start| *start < MAX_SHOWN_BYTES),
            "{piece}"
        );
        assert!(starts.last() > Some(&(MAX_SHOWN_BYTES - 64)), "{piece}");
        assert!(rich.text.len() > MAX_SHOWN_BYTES, "{piece}");
    }
}

#[test]
fn a_link_that_begins_in_what_is_laid_out_is_whole_or_none() {
    let links = |length: usize| {
        let address = format!("https://x.example/{}", "a".repeat(length));
        let before = ".".repeat(MAX_SHOWN_BYTES - 10);
        let typed = parse(&format!("{before} {address} and on"));
        let tagged = parse(&format!("{before} <a href='{address}'>label</a>"));
        assert!(
            [&typed, &tagged]
                .iter()
                .all(|it| it.text.contains(&address))
        );
        let [typed, tagged] = [typed, tagged].map(|it| {
            let links = it.links().into_iter();
            links
                .map(|link| link.target.into_owned())
                .collect::<Vec<_>>()
        });
        [
            typed == [&*address],
            tagged == [&*address],
            typed.is_empty(),
        ]
    };
    assert_eq!(links(30_000), [true, true, false]);
    assert_eq!(links(1 << 20), [false, false, true]);
}

#[test]
fn what_is_not_laid_out_is_hardly_longer_than_its_html() {
    for piece in [
        "<br>",
        "<hr>",
        "<li>x",
        "<ul><li>x",
        "<ol><li>x",
        "<td>x",
        "<p>x",
    ] {
        let nested = format!(
            "{}{}",
            "<ul>".repeat(8),
            piece.repeat((1 << 20) / piece.len())
        );
        let text = parse(&nested).text;
        assert!(text.len() < 2 * nested.len(), "{piece}: {}", text.len());
    }
}

/// HTML made of pieces that are likely to interact.
fn page() -> impl Strategy<Value = String> {
    let short = vec![
        "<b>", "</b>", "<i>", "</i>", "<p>", "</p>", "<ul>", "</ul>", "<ol>", "<li>", "</li>",
        "<br>", "</a>", "<td>", "<h1>", "</h1>", "<!--", "-->", "<foo>", "&lt;", "&#27;", "&amp;",
        "[31m", "\u{1b}", "\u{301}", "😀", " ", "\n", "\r", "\t", "x", "<", ">", "'",
    ];
    let long = vec![
        "<a href='https://x.no'>",
        "<a href=\"",
        "<img alt='\u{1b}[1m'>",
        "&#x202e;",
        "\u{200d}",
        "https://y.no/z",
    ];
    let piece = prop_oneof![
        2 => any::<char>().prop_map(String::from),
        2 => proptest::sample::select(short).prop_map(str::to_owned),
        1 => proptest::sample::select(long).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_shortcut_for_plain_text_gives_the_same_result(
        text in prop_oneof!["[ -%'-;=-~\\n\\t]{0,60}", "[^<&]{0,40}", "( |see )https?://[a-z./ ]{0,20}[ \r\n]{0,3}"],
    ) {
        prop_assert_eq!(parse(&text), parse(&(text + "<!---->")));
    }

    #[test]
    fn text_is_sanitized_and_annotations_lie_within_it(html in page()) {
        let rich = parse(&html);
        prop_assert_eq!(sanitize::sanitize_text(&rich.text), rich.text.as_str());
        prop_assert!(rich.annotations.iter().all(|mark| rich.text.get(mark.range.clone()).is_some_and(|it| !it.is_empty())));
        prop_assert!(rich.annotations.is_sorted_by_key(|mark| mark.range.start));
        for link in rich.links() {
            prop_assert_eq!(&sanitize::sanitize_line(&link.target), &*link.target);
        }
    }

    #[test]
    fn text_without_markup_is_only_sanitized(text in "[^<&]*") {
        prop_assert_eq!(parse(&text).text, sanitize::sanitize_text(&text));
    }

    #[test]
    fn an_entity_changes_nothing_else(text in "[^&\\x00]{0,20}", html in "(</?[ab!?/]?|[&\"'>x -]){0,12}") {
        let line_feeds = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
        let written = format!("{text}&gt;{html}&lt;{html}");
        let read = format!("{}>{html}<{html}", line_feeds(&text));
        prop_assert_eq!(decode_entities(&written), read);
    }
}
