//! Rows without transcripts, the space of the page, and lists that are refused.

use super::*;

/// Customers who were in the queue, and those in whose sessions nothing was written since.
#[tokio::test]
async fn who_waited_then_is_known_from_rows_where_transcripts_add_nothing() {
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
    watch(&mut fake, live.iter().map(|session| session.id.0));
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

fn waiting(id: i64) -> Session {
    session(id, "Kari", Status::CustomerLast, at("11:00"), at("11:00"))
}

#[tokio::test(start_paused = true)]
async fn an_archive_that_fails_leaves_the_live_list() {
    for kind in [
        ErrorKind::Forbidden,
        ErrorKind::NotFound,
        ErrorKind::SignIn,
        ErrorKind::Network,
        ErrorKind::Busy { retry_after: None },
    ] {
        let told = || vec![transcript(vec![customer(10, at("11:00"))])];
        let failures = std::iter::repeat_n(Err(api_error(kind)), 20);
        let listings = std::iter::once(page(vec![waiting(1)])).chain(failures);
        let mut archive = FakeApi::listing(listings).with_messages(told());
        archive.channels = Ok(vec![channel()]);
        let mut channels = service(vec![waiting(1)], page(Vec::new()), told());
        channels.channels = Err(api_error(kind));
        for fake in [archive, channels] {
            let result = run_command("brief --time-zone UTC", &fake).await;
            assert_eq!(result.exit, ExitStatus::Partial, "{kind:?}");
            assert!(result.out.contains("1 Kari"), "{}", result.out);
            let missing = "sochat: not all sessions were received: it broke\n";
            assert!(result.stderr.ends_with(missing), "{}", result.stderr);
        }
    }
    let refused = FakeApi::listing([Err(api_error(ErrorKind::SignIn))]);
    assert_eq!(
        run_command("brief", &refused).await.exit,
        ExitStatus::SignIn
    );
}

/// The first page of the archive, too.
#[tokio::test(start_paused = true)]
async fn lists_that_fail_for_a_while_are_requested_again() {
    let busy = || Err(api_error(ErrorKind::Busy { retry_after: None }));
    let mut ended = session(2, "Liam", Status::Closed, at("09:00"), at("09:30"));
    ended.ended = Some(at("09:30"));
    let listings = [page(vec![waiting(1)]), busy(), busy(), page(vec![ended])];
    let told = [
        transcript(vec![customer(10, at("11:00"))]),
        transcript(vec![answer(20, at("09:10"), "https://nordlys.example/a")]),
    ];
    let mut fake = FakeApi::listing(listings).with_messages(told);
    fake.channels = Ok(vec![channel()]);
    let result = run_command("brief --time-zone UTC", &fake).await;
    assert_eq!(result.exit, ExitStatus::Success, "{}", result.stderr);
    assert!(
        result.out.contains("https://nordlys.example/a"),
        "{}",
        result.out
    );
    assert_eq!(result.stderr.matches("trying again in").count(), 2);
}

/// Live sessions are listed however many the archive has.
#[tokio::test]
async fn more_archived_sessions_than_fit_into_memory_are_a_partial_result() {
    let mut archived: Vec<_> = (10..15).map(waiting).collect();
    archived.push(waiting(1));
    let live = vec![waiting(1), waiting(2)];
    let mut fake = service(live, page(archived), Vec::new());
    fake.max_body = 3 * (3 << 10);
    let result = run_command("brief --format json --time-zone UTC", &fake).await;
    assert_eq!(result.exit, ExitStatus::Partial);
    let printed: Value = serde_json::from_str(&result.out).unwrap();
    assert_eq!(printed["waiting"].as_array().unwrap().len(), 2);
    // Each stored session needs its transcript: two live ones, three of the archive.
    assert_eq!(printed["transcripts_not_read"], 5);
    let why = "not all sessions were received: The list exceeds max_body (9 KiB)";
    assert!(result.stderr.contains(why), "{}", result.stderr);
}

/// A session that the lists no longer have is requested by itself.
#[tokio::test]
async fn a_watched_session_that_is_in_no_list_is_requested() {
    let mut fake = service(Vec::new(), page(Vec::new()), Vec::new());
    watch(&mut fake, [12, 999]);
    let result = run_command("brief --time-zone UTC", &fake).await;
    assert_eq!((result.exit, &*result.stderr), (ExitStatus::Success, ""));
    let requests = fake.requests();
    assert_eq!(requests[4..], ["0s session 999", "0s session 12"]);
}

#[tokio::test]
async fn a_watched_session_that_is_refused_is_named_once_and_the_others_are_requested() {
    let mut fake = service(Vec::new(), page(Vec::new()), Vec::new());
    watch(&mut fake, [12, 998, 999]);
    let result = run_command("brief --time-zone UTC", &fake).await;
    assert_eq!(result.exit, ExitStatus::Partial);
    let named = "sochat: the watched session 998 is missing: it broke\n";
    assert_eq!(result.stderr, named);
    let requests = fake.requests();
    let expected = ["0s session 999", "0s session 998", "0s session 12"];
    assert_eq!(requests[4..], expected);
}

#[tokio::test]
async fn watched_sessions_that_are_not_requested_are_counted() {
    let mut fake = service(Vec::new(), page(Vec::new()), Vec::new());
    watch(&mut fake, 100..145);
    let result = run_command("brief --time-zone UTC", &fake).await;
    assert_eq!(
        result.stderr,
        "sochat: watched sessions in no list that were not requested: 5\n"
    );
    assert_eq!(fake.requests().len(), 4 + 40);
}

#[tokio::test]
async fn a_link_that_hides_its_host_and_what_has_no_name_are_marked() {
    let mut nameless = session(7, "", Status::CustomerLast, at("11:00"), at("11:00"));
    let nobody = agent("");
    nameless.transfer_to = nobody;
    let fake = service(
        vec![nameless],
        page(Vec::new()),
        vec![transcript(vec![
            Message {
                author: String::new(),
                ..customer(1, at("11:00"))
            },
            answer(2, at("11:01"), "https://bank.example@evil.example/login"),
            answer(3, at("11:02"), "https://bank.example/login"),
        ])],
    );
    let text = run_command("brief --time-zone UTC", &fake).await.out;
    for line in [
        "  session 7 · needs reply · Ola Hansen · Support NO\n",
        "  to another agent: session 7 · needs reply",
        ": https://bank.example@evil.example/login (leads to evil.example)\n",
        ": https://bank.example/login\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}
