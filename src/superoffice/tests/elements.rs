//! Elements of a response: unreadable ones among others, those of another session, too many.

use super::*;

#[tokio::test]
async fn a_message_too_deep_or_no_json_at_all_is_unreadable_alone() {
    let deep = |end: &str| format!("{}{end}{}", "[".repeat(200), "]".repeat(200));
    let body = format!(
        r#"[{{"ChatMessageId":1}}, {{"ChatMessageId":2,"X":{},"Message":"a"}}, {}{}[2J owned ,
            {{"ChatMessageId":4,"Message":"b"}}]"#,
        deep("\"]\""),
        '\r',
        '\u{1b}',
    );
    let service = ScriptedService::start(move |_| json_response(&body));
    let (read, error) = messages(&client(&service), 0).await;
    assert_eq!(error, None);
    let found: Vec<(i64, Option<&str>)> = read
        .iter()
        .map(|it| (it.id.0.max(-1), it.unreadable.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            (1, None),
            (
                2,
                Some("the service sent a message that is nested too deeply")
            ),
            (-1, Some("the service sent something other than a message")),
            (4, None),
        ]
    );
}

#[tokio::test]
async fn a_message_of_more_than_32_mib_is_unreadable_alone() {
    let body = format!(
        r#"[{{"ChatMessageId":1}},{{"ChatMessageId":2,"Message":"{}"}},{{"ChatMessageId":3}}]"#,
        "a".repeat(33 << 20)
    );
    let service = ScriptedService::start(move |_| json_response(&body));
    let client = Client::new(Settings {
        max_body: 64 << 20,
        ..settings(&service.base)
    });
    let (read, error) = messages(&client.unwrap(), 0).await;
    assert_eq!((ids(&read), error), (vec![1, 2, 3], None));
    let unreadable = Some("the service sent a message of more than 32 MiB");
    assert_eq!(read[1].unreadable.as_deref(), unreadable);
    assert!(read[1].raw.len() <= 4096);
}

#[tokio::test]
async fn a_session_of_more_than_32_mib_is_unreadable_alone() {
    let text = "a".repeat(33 << 20);
    let large = format!(r#"{{"ChatSessionId":341,"CustomerName":"{text}"}}"#);
    let rows = format!(
        r#"{{"value":[{{"PrimaryKey":"3"}},{{"PrimaryKey":"2","firstMessage":"{text}"}},{{"PrimaryKey":"1"}}]}}"#
    );
    let service = ScriptedService::start(move |request| {
        json_response(match request.path() {
            "ChatSession/341" => &large,
            "User/currentPrincipal" => &large,
            path if path.starts_with("ChatSession?") => &rows,
            _ => "[]",
        })
    });
    let client = Client::new(Settings {
        max_body: 64 << 20,
        ..settings(&service.base)
    });
    let client = client.unwrap();
    let host = service.base.authority();
    let error = client.session(SessionId(341)).await.unwrap_err();
    assert_eq!(
        (error.kind, error.why),
        (
            ErrorKind::TooLarge,
            format!(
                "The response for session 341 is larger than 32 MiB and cannot be read ({host})"
            )
        )
    );
    assert_eq!(client.me().await.unwrap_err().kind, ErrorKind::TooLarge);
    let page = client.sessions(Scope::All, None).await.unwrap();
    assert_eq!(
        (session_ids(&page.sessions), page.unreadable_count),
        (vec![3, 1], 1)
    );
}

#[tokio::test]
async fn tiny_elements_count_more_than_their_bytes() {
    // Each takes half a KiB of the limit of 1 MiB.
    let too_large = "Response exceeds max_body (1 MiB): raise max_body to read it";
    let list = |element: &str| format!("[{element}{}]", format!(",{element}").repeat(9999));
    let bodies = [
        list("null"),
        list("1"),
        list(r#"{"ChatMessageId":1}"#),
        list(r#"{"ChatSessionId":1}"#),
        format!(r#"{{"value":{}}}"#, list("null")),
    ];
    for (number, body) in bodies.into_iter().enumerate() {
        let service = ScriptedService::start(move |_| json_response(&body));
        let client = client(&service);
        let error = match number {
            3 => client.sessions(Scope::Channels, None).await.unwrap_err(),
            4 => client.sessions(Scope::All, None).await.unwrap_err(),
            _ => {
                let (read, error) = messages(&client, 0).await;
                assert_eq!(read.len(), 2048, "what came before stays");
                error.unwrap()
            }
        };
        assert_eq!(error.kind, ErrorKind::TooLarge);
        assert!(error.why.starts_with(too_large), "{error}");
    }
}

#[tokio::test]
async fn text_and_formats_count_as_well_as_the_json() {
    // The first takes more than half of the limit of 1 MiB: its text a third again, or its formats more than that.
    for text in ["words ".repeat(55_000), "<b>x</b>".repeat(12_000)] {
        let message = |id| format!(r#"{{"ChatMessageId":{id},"Message":"{text}"}}"#);
        let body = format!("[{},{}]", message(1), message(2));
        let service = ScriptedService::start(move |_| json_response(&body));
        let (read, error) = messages(&client(&service), 0).await;
        assert_eq!(ids(&read), [1]);
        assert!(
            read[0].stored_bytes() > 550_000,
            "{}",
            read[0].stored_bytes()
        );
        assert_eq!(error.map(|error| error.kind), Some(ErrorKind::TooLarge));
    }
}

#[tokio::test]
async fn a_message_of_very_many_properties_is_unreadable_alone() {
    let body = format!(
        r#"[{{"ChatMessageId":1}},{{"ChatMessageId":2{}}},{{"ChatMessageId":3}}]"#,
        r#","p":1"#.repeat(10_000)
    );
    let service = ScriptedService::start(move |_| json_response(&body));
    let (read, error) = messages(&client(&service), 0).await;
    assert_eq!((ids(&read), error), (vec![1, 2, 3], None));
    let unreadable = Some("the service sent a message with more than 10000 properties");
    assert_eq!(read[1].unreadable.as_deref(), unreadable);
}

#[tokio::test]
async fn messages_of_another_session_are_left_out() {
    let service = ScriptedService::start(|_| {
        json_response(
            r#"[{"ChatMessageId":1,"ChatSessionId":341},{"ChatMessageId":2,"ChatSessionId":342},
                {"ChatMessageId":3},{"ChatMessageId":4,"ChatSessionId":0}]"#,
        )
    });
    let (read, error) = messages(&client(&service), 0).await;
    assert_eq!((ids(&read), error), (vec![1, 3, 4], None));
}

#[tokio::test]
async fn an_empty_body_is_not_a_list_without_sessions() {
    for response in [
        http_response("204 No Content", &[], b""),
        json_response("null"),
        json_response(" "),
    ] {
        let service = ScriptedService::start(move |_| response.clone());
        let client = client(&service);
        for scope in [Scope::Channels, Scope::All] {
            let error = client.sessions(scope, None).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::InvalidResponse);
        }
        let error = client.sessions(Scope::Channels, None).await.unwrap_err();
        let wanted = "sent an empty response instead of the chat sessions: check base_url";
        assert!(error.why.ends_with(wanted), "{error}");
    }
    let service = ScriptedService::start(|_| json_response("[]"));
    let page = client(&service).sessions(Scope::Channels, None).await;
    assert_eq!(page.unwrap().sessions.len(), 0);
}
