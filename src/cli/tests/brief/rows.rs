//! What rows tell without transcripts, what a page has space for, and lists that are refused.

use super::*;

/// Those who were in the queue, and those in whose sessions nothing was written since.
#[tokio::test]
async fn who_waited_then_is_known_from_rows_where_transcripts_have_nothing_to_add() {
    let mut missed = session(1, "Kari", Status::ClosedFromQueue, at("09:50"), at("10:05"));
    (missed.started, missed.ended) = (None, Some(at("10:05")));
    let mut picked_up = session(2, "Liam", Status::UserLast, at("09:40"), at("10:20"));
    picked_up.started = Some(at("10:10"));
    let still = session(3, "Mia", Status::CustomerLast, at("09:00"), at("09:30"));
    let answered = session(4, "Noah", Status::UserLast, at("09:00"), at("09:20"));
    let later = session(5, "Ida", Status::CustomerLast, at("10:30"), at("10:40"));
    let mut over = session(6, "Per", Status::Closed, at("08:00"), at("08:30"));
    over.ended = Some(at("08:30"));
    let fake = service(
        vec![missed, picked_up, still, answered, later, over],
        page(Vec::new()),
        Vec::new(),
    );
    let line = "brief --since 10:00 --format json --time-zone UTC";
    let result = run_command(line, &fake).await;
    let printed: Value = serde_json::from_str(&result.out).unwrap();
    let rows = printed["unanswered"].as_array().unwrap().iter();
    let rows = rows.map(|row| {
        let since = row["unanswered_since"].as_str().unwrap();
        let since = since.get(11..16).unwrap().to_owned();
        (
            row["chat_session_id"].as_i64().unwrap(),
            since,
            row["unanswered_exact"] == true,
        )
    });
    // Without its transcript it is not known whether the third one wrote before.
    let wanted = [(3, "09:30", false), (2, "09:40", true), (1, "09:50", true)];
    let wanted = wanted.map(|(id, since, exact)| (id, since.to_owned(), exact));
    assert_eq!(rows.collect::<Vec<_>>(), wanted);
    // No transcript could be read.
    assert_eq!(result.exit, ExitStatus::Partial);
    let first = "sochat: the messages of session 5 are missing: it broke\n";
    assert!(
        result
            .stderr
            .starts_with("sochat: the messages of session "),
        "{}",
        result.stderr
    );
    assert!(result.stderr.contains(first), "{}", result.stderr);
    assert_eq!(printed["transcripts_not_read"], 6);
}

#[tokio::test]
async fn what_is_too_much_for_a_page_is_counted() {
    let mut live = Vec::new();
    for id in 0..30 {
        let requested = at("00:10") + TimeDelta::minutes(id);
        let name = format!("{}{id}", "Kari ".repeat(30));
        let mut session = session(id + 1, &name, Status::CustomerLast, requested, at("11:45"));
        session.transfer_to = agent("Åse Dahl");
        session.last_message = "hello ".repeat(40);
        live.push(session);
    }
    let links = (0..12).map(|id| format!("https://nordlys.example/{id}"));
    let links = links.collect::<Vec<_>>().join(" ");
    let transcripts = live.iter().map(|_| {
        transcript(vec![
            customer(1, at("00:10")),
            answer(2, at("10:50"), &links),
            customer(3, at("11:10")),
            customer(4, at("11:45")),
        ])
    });
    let mut fake = service(live.clone(), page(Vec::new()), transcripts.collect());
    for session in &live {
        let state = SessionReadState {
            watched: Some(Lww {
                at: at("10:00"),
                value: true,
            }),
            ..SessionReadState::new(at("10:00"))
        };
        fake.read_state.sessions.insert(session.id, state);
    }
    let result = run_command("brief --since 30m --time-zone UTC", &fake).await;
    assert_eq!(result.exit, ExitStatus::Success);
    let printed: Vec<_> = result.out.lines().collect();
    assert!(printed.len() <= 60, "{}", result.out);
    assert!(
        printed.iter().all(|line| crate::text::width(line) <= 80),
        "{}",
        result.out
    );
    assert!(result.out.contains("… and 22 more"), "{}", result.out);
    assert!(
        result.out.contains("Links sent today: 360\n"),
        "{}",
        result.out
    );
}

#[tokio::test]
async fn an_archive_that_is_refused_leaves_the_live_list() {
    let live = || {
        vec![session(
            1,
            "Kari",
            Status::CustomerLast,
            at("11:00"),
            at("11:00"),
        )]
    };
    let told = || vec![transcript(vec![customer(10, at("11:00"))])];
    for (refusal, code) in [
        (ErrorKind::Forbidden, 7),
        (ErrorKind::NotFound, 7),
        (ErrorKind::Network, 4),
        (ErrorKind::Busy { retry_after: None }, 6),
    ] {
        let archive = service(live(), Err(api_error(refusal)), told());
        let mut channels = service(live(), page(Vec::new()), told());
        channels.channels = Err(api_error(refusal));
        for fake in [archive, channels] {
            let result = run_command("brief --time-zone UTC", &fake).await;
            assert_eq!(result.exit.code(), code, "{refusal:?}");
            assert_eq!(result.out.contains("1 Kari"), code == 7, "{}", result.out);
            assert!(result.stderr.ends_with("it broke\n"), "{}", result.stderr);
        }
    }
    let refused = FakeApi::listing([Err(api_error(ErrorKind::SignIn))]);
    assert_eq!(
        run_command("brief", &refused).await.exit,
        ExitStatus::SignIn
    );
}

/// One that the lists no longer have is requested by itself.
#[tokio::test]
async fn a_watched_session_that_is_in_no_list_is_requested() {
    let mut fake = service(Vec::new(), page(Vec::new()), Vec::new());
    for id in [12, 999] {
        let state = SessionReadState {
            watched: Some(Lww {
                at: at("10:00"),
                value: true,
            }),
            ..SessionReadState::new(at("10:00"))
        };
        fake.read_state.sessions.insert(SessionId(id), state);
    }
    let result = run_command("brief --time-zone UTC", &fake).await;
    assert_eq!((result.exit, &*result.stderr), (ExitStatus::Success, ""));
    let requests = fake.requests();
    assert_eq!(requests[4..], ["0s session 999", "0s session 12"]);
}
