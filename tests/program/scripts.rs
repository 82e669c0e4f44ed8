//! The interface for scripts: results on stdout, exit codes, JSON as the service sent it.

use std::io::BufRead;

use chrono::{DateTime, TimeDelta, Utc};
use rustix::io::ioctl_fionread;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::pipe::{
    DemoProcess, RunningCommand, run, sochat, start_response_server, start_routed_server,
    wait_until,
};

/// Asserts that the printed JSON is what the service sent, in the same order, except for the format of
/// times and the secret.
pub fn assert_same(sent: &Value, printed: &Value) {
    match (sent, printed) {
        (Value::Object(sent), Value::Object(printed)) => {
            let kept = sent.iter().filter(|(name, _)| *name != "SessionKey");
            let (names, values): (Vec<_>, Vec<_>) = kept.unzip();
            assert_eq!(printed.keys().collect::<Vec<_>>(), names);
            for (sent, printed) in values.iter().zip(printed.values()) {
                assert_same(sent, printed);
            }
        }
        (Value::Array(sent), Value::Array(printed)) => {
            assert_eq!(sent.len(), printed.len());
            for (sent, printed) in sent.iter().zip(printed) {
                assert_same(sent, printed);
            }
        }
        (Value::String(sent), Value::String(printed)) if sent != printed => {
            let sent = DateTime::parse_from_str(sent, "%Y-%m-%dT%H:%M:%S%z")
                .unwrap_or_else(|_| panic!("{printed:?} in place of {sent:?}"));
            assert_eq!(*printed, sent.to_rfc3339());
        }
        _ => assert_eq!(sent, printed),
    }
}

fn run_json(command: &mut std::process::Command) -> Value {
    let done = run(command);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    serde_json::from_str(&done.stdout).unwrap()
}

#[test]
fn json_is_what_the_service_sent() {
    let demo = DemoProcess::start("0.001");
    let sent = demo.fetch_json("ChatSession/ForCurrentUser");
    assert!(
        sent.to_string().contains("SessionKey"),
        "the secret to omit"
    );
    let mut printed = run_json(&mut demo.sochat(&["sessions", "--format", "json"]));
    // In the order of the viewer.
    let mut sorted = sent.clone();
    for sessions in [&mut sorted, &mut printed] {
        let sessions = sessions.as_array_mut().unwrap();
        sessions.sort_by_key(|session| session["ChatSessionId"].as_i64());
    }
    assert_same(&sorted, &printed);
    let first = sent[0]["ChatSessionId"].to_string();
    for id in [first.as_str(), "350"] {
        let sent = demo.fetch_json(&format!("ChatSession/{id}/Messages?after=0"));
        assert!(!sent.as_array().unwrap().is_empty());
        let printed = run_json(&mut demo.sochat(&["messages", id, "--format", "json"]));
        assert_same(&sent, &printed);
        let lines = run(&mut demo.sochat(&["messages", id, "--format", "jsonl"])).stdout;
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        assert_same(&sent, &Value::Array(lines.collect()));
    }
}

#[test]
fn zones_are_those_of_the_service() {
    let demo = DemoProcess::start("0.001");
    let sent = demo.fetch_json("TimeZone?$select=id,timeZone,country,region,cities");
    let printed = run_json(&mut demo.sochat(&["zones", "--format", "json"]));
    let printed = printed.as_array().unwrap();
    for row in printed {
        let mut rows = sent["value"].as_array().unwrap().iter();
        let same = rows.find(|sent| sent["timeZone"] == row["timeZone"]);
        let same = same.unwrap();
        for name in ["id", "country", "region", "cities"] {
            assert_eq!(row[name], same[name]);
        }
    }
    let oslo = printed.iter().find(|row| row["timeZone"] == "NO");
    assert_eq!(oslo.unwrap()["iana"], "Europe/Oslo");
}

#[test]
fn a_customer_is_found_by_number_address_and_name() {
    let demo = DemoProcess::start("0.001");
    let of = |customer: &str| {
        let found = run_json(&mut demo.sochat(&["customer", customer, "--format", "json"]));
        assert_eq!(found["customer"]["person_id"], 500, "{customer}");
        let conversations = found["conversations"].as_array().unwrap().iter();
        let ids: Vec<_> = conversations
            .map(|it| it["chat_session_id"].as_i64())
            .collect();
        ids
    };
    let ids = of("kari nordmann");
    assert_eq!(ids.len(), 2);
    assert!(ids.is_sorted_by(|one, next| one > next), "{ids:?}");
    assert_eq!(of("500"), ids);
    assert_eq!(of("KARI.NORDMANN@fjordvik.example"), ids);
    for (customer, code) in [("501", 5), ("nobody", 5), ("contact:x", 2), ("mia", 0)] {
        let done = run(&mut demo.sochat(&["customer", customer]));
        assert_eq!(done.code, Some(code), "{customer}: {}", done.stderr);
        assert_eq!(done.stdout.is_empty(), code != 0);
    }
}

#[test]
fn a_search_prints_what_it_finds_and_what_it_searched() {
    let demo = DemoProcess::start("0.001");
    let home = tempfile::tempdir().unwrap();
    let search = |arguments: &[&str]| {
        let mut command = demo.sochat(&[&["search"], arguments].concat());
        run(command.env("HOME", home.path()))
    };
    let found = search(&["teltstangen", "--format", "jsonl"]);
    assert_eq!(found.code, Some(0), "{}", found.stderr);
    let hit: Value = serde_json::from_str(&found.stdout).unwrap();
    let session = &hit["ChatSessionId"];
    let sent = demo.fetch_json(&format!("ChatSession/{session}/Messages?after=0"));
    let mut sent = sent.as_array().unwrap().iter();
    assert!(sent.any(|message| message["ChatMessageId"] == hit["ChatMessageId"]));
    assert!(
        found.stderr.contains("1 hit; server search"),
        "{}",
        found.stderr
    );
    // Whether the service searches is stored.
    let stored = walk(home.path());
    let stored = stored.iter().find(|name| name.ends_with(".search.json"));
    assert!(stored.is_some());
    let none = search(&["teltstangen", "elephant"]);
    assert_eq!((none.code, none.stdout.as_str()), (Some(0), ""));
    assert!(
        none.stderr.contains("0 hits; server search"),
        "{}",
        none.stderr
    );
    for (arguments, code) in [(&[][..], 2), (&["x", "--limit", "0"], 2), (&["\"\""], 2)] {
        assert_eq!(search(arguments).code, Some(code), "{arguments:?}");
    }
}

/// The names of the files in a folder and below it.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            names.extend(walk(&entry.path()));
        } else {
            names.push(entry.file_name().into_string().unwrap());
        }
    }
    names
}

#[test]
fn ctrl_c_ends_a_search() {
    // It never responds.
    let service = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/Cust1/", service.local_addr().unwrap());
    let mut command = sochat(&["search", "x", "--time-zone", "Europe/Oslo"]);
    command.args(["--base-url", &address]);
    let running = RunningCommand::start(&mut command);
    let _connection = service.accept().unwrap();
    kill_process(Pid::from_child(&running.0), Signal::INT).unwrap();
    assert_eq!(running.wait_within_deadline(), Some(130));
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let demo = DemoProcess::start("0.001");
    for arguments in [
        &["zones"][..],
        &["sessions", "--format", "jsonl"],
        &["messages", "350"],
    ] {
        let mut running = RunningCommand::start(&mut demo.sochat(arguments));
        let mut line = String::new();
        running.lines().read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        assert_eq!(running.wait(), (String::new(), Some(0)), "{arguments:?}");
    }
}

#[test]
fn follow_prints_each_message_once_until_ctrl_c() {
    let demo = DemoProcess::start("60");
    let arguments = ["messages", "350", "--follow", "--format", "jsonl"];
    let mut running = RunningCommand::start(&mut demo.sochat(&arguments));
    let there = demo.fetch_json("ChatSession/350/Messages?after=0");
    let mut ids = Vec::new();
    let mut lines = running.lines().lines();
    while ids.len() < there.as_array().unwrap().len() + 2 {
        let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        ids.push(line["ChatMessageId"].as_i64().unwrap());
    }
    assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
    kill_process(Pid::from_child(&running.0), Signal::INT).unwrap();
    assert_eq!(running.wait(), (String::new(), Some(130)));
}

#[test]
fn follow_ends_when_its_pipe_closes_although_nothing_comes() {
    let demo = DemoProcess::start("0.001");
    let there = demo.fetch_json("ChatSession/350/Messages?after=0");
    let arguments = ["messages", "350", "--follow", "--format", "jsonl"];
    let mut running = RunningCommand::start(&mut demo.sochat(&arguments));
    let lines = running.lines().lines();
    let count = there.as_array().unwrap().len();
    // All there is has been printed when the pipe is closed.
    assert_eq!(lines.take(count).count(), count);
    assert_eq!(running.wait_within_deadline(), Some(0));
}

#[test]
fn a_signal_ends_a_command_whose_output_is_not_read() {
    let text = "x".repeat(200_000);
    let body = format!(r#"[{{"ChatMessageId":1,"Message":"{text}"}}]"#);
    let service = start_response_server("200 OK", String::new(), body);
    let once = &["messages", "350", "--format", "json"][..];
    let followed = &["messages", "350", "--follow"][..];
    for (signal, code, arguments) in [
        (Signal::TERM, 143, once),
        (Signal::INT, 130, followed),
        (Signal::HUP, 129, followed),
    ] {
        let mut command = sochat(arguments);
        command.args(["--time-zone", "Europe/Oslo", "--base-url", &service]);
        let mut running = RunningCommand::start(&mut command);
        let unread = running.lines();
        let is_full = || ioctl_fionread(unread.get_ref()).unwrap() > 60_000;
        wait_until("the pipe is full", is_full);
        kill_process(Pid::from_child(&running.0), signal).unwrap();
        assert_eq!(running.wait_within_deadline(), Some(code));
    }
}

#[test]
fn a_session_that_does_not_exist_is_not_found() {
    let done = run(&mut DemoProcess::start("0.001").sochat(&["messages", "999999"]));
    assert_eq!((done.code, done.stdout.as_str()), (Some(5), ""));
    assert!(done.stderr.contains("999999"), "{}", done.stderr);
}

/// What the service has besides is printed.
#[test]
fn what_is_missing_makes_a_result_partial() {
    let service = start_routed_server(&[
        ("ForCurrentUser", "200 OK", "[]"),
        ("ChatSession?", "403 Forbidden", "{}"),
    ]);
    // An archive that stops after its first page.
    let stops = start_routed_server(&[
        ("ForCurrentUser", "200 OK", "[]"),
        ("%20lt%20", "403 Forbidden", "{}"),
        (
            "ChatSession?",
            "200 OK",
            r#"{"value": [{"chatSessionId": 7, "status": "Closed"}]}"#,
        ),
    ]);
    for (command, service) in [("brief", service), ("stats", stops)] {
        let arguments = [command, "--time-zone", "UTC", "--base-url", &service];
        let done = run(&mut sochat(&arguments));
        assert_eq!(done.code, Some(7), "{command}: {}", done.stderr);
        let last = done.stderr.lines().last().unwrap();
        assert!(last.starts_with("sochat: not all "), "{}", done.stderr);
        assert_ne!(done.stdout, "");
    }
}

#[test]
fn a_brief_is_printed_and_its_time_is_checked() {
    let demo = DemoProcess::start("0.001");
    let brief = run_json(&mut demo.sochat(&["brief", "--format", "json"]));
    let sent = demo.fetch_json("ChatSession/ForCurrentUser");
    let sent = sent.as_array().unwrap().iter();
    let waiting = sent.filter(|it| it["Status"] == "CustomerLast" || it["Status"] == "InQueue");
    let waiting = waiting.filter(|it| it["ChatbotIsActive"] == false);
    assert_eq!(brief["waiting"].as_array().unwrap().len(), waiting.count());
    assert_eq!(brief["transcripts_not_read"], 0);
    let done = run(&mut demo.sochat(&["brief", "--since", "soon"]));
    assert_eq!((done.code, &*done.stdout), (Some(2), ""));
}

#[test]
fn statistics_count_what_the_archive_has() {
    let demo = DemoProcess::start("0.001");
    let line = [
        "stats", "--since", "4w", "--by", "channel", "--format", "json",
    ];
    let stats = run(&mut demo.sochat(&line));
    assert_eq!(stats.code, Some(0), "{}", stats.stderr);
    let stats: Value = serde_json::from_str(&stats.stdout).unwrap();
    let topics = demo.fetch_json("ChatTopic/ForCurrentUser");
    let rows = demo.fetch_json("ChatSession?$select=chatSessionId,status,chatTopic/name");
    let mut total = 0;
    for topic in topics.as_array().unwrap() {
        let rows = rows["value"].as_array().unwrap().iter();
        let rows: Vec<_> = rows
            .filter(|row| row["chatTopic/name"] == topic["Name"])
            .collect();
        let mut groups = stats["groups"].as_array().unwrap().iter();
        let group = groups.find(|group| group["group"] == topic["Name"]);
        let count = group.map_or(0, |group| group["chats"].as_u64().unwrap());
        assert_eq!(count, rows.len() as u64, "{stats}");
        total += count;
    }
    assert_eq!(stats["total"]["chats"], total);
    for (options, code) in [
        (&["--until", "yesterday"][..], 2),
        (&["--by", "weather"], 2),
        (&["--exact", "--format", "csv"], 0),
    ] {
        let done = run(demo.sochat(&["stats"]).args(options));
        assert_eq!(done.code, Some(code), "{options:?}: {}", done.stderr);
        assert_eq!(done.stdout.is_empty(), code != 0);
    }
}

#[test]
fn waits_are_measured_by_the_clock_of_the_service() {
    for hours in [-2, 2] {
        let there = Utc::now() + TimeDelta::hours(hours);
        let idle = (there - TimeDelta::seconds(50 * 60 + 30)).to_rfc3339();
        let service = start_response_server(
            "200 OK",
            format!("Date: {}\r\n", there.format("%a, %d %b %Y %H:%M:%S GMT")),
            format!(r#"[{{"ChatSessionId":7,"Status":"CustomerLast","WhenIdle":"{idle}"}}]"#),
        );
        let arguments = ["sessions", "--time-zone", "UTC", "--since", "55m"];
        let done = run(sochat(&arguments).args(["--base-url", &service]));
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        assert!(done.stdout.contains("50m"), "{}", done.stdout);
    }
}

#[test]
fn the_demo_service_alone_ends_with_its_signal() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        assert_eq!(DemoProcess::start("1").kill_and_wait(signal), Some(code));
    }
}
