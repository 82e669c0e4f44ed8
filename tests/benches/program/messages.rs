//! The messages of one run as files: the service's JSON array, and a transcript for `less`.
//!
//! The first message contains [`FIRST`], the last one [`LAST`], the middle one [`HALF`]; no other
//! message contains any of them. Ids have no gaps, so that a position follows from an id.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, FixedOffset, SecondsFormat};
use serde_json::json;

use super::conversation::{Conversation, GeneratedMessage};

/// The id of the session.
pub const SESSION: i64 = 301;
/// Text of the first message only.
pub const FIRST: &str = "FIRSTMARK";
/// Text of the last message only.
pub const LAST: &str = "LASTMARK";
/// The search text of the middle message.
pub const NEEDLE: &str = "NEEDLE50";
/// The beginning of the middle message: longer than [`NEEDLE`], so that the echo of the typed
/// search is not taken for the hit.
pub const HALF: &str = "NEEDLE50 half way";
/// A search text without a hit.
pub const NOWHERE: &str = "NEEDLE99";
/// A word of many messages, in any case.
pub const COMMON: &str = "invoice";

const FIRST_ID: i64 = 1000;

pub struct Messages {
    pub count: usize,
    /// How many of them contain [`COMMON`].
    pub common: usize,
    /// The folder of the files; also the home folder of the programs.
    pub folder: PathBuf,
    /// The file with the service's JSON array.
    pub array: PathBuf,
    /// The file with one line a message.
    pub transcript: PathBuf,
    /// Offsets of the objects in the array, and of the closing bracket.
    offsets: Vec<u64>,
    transcript_size: u64,
}

impl Messages {
    /// Writes `count` messages into a folder, the same ones in every run.
    pub fn write(count: usize, folder: &Path) -> Self {
        Self::try_write(count, folder).expect("the temporary folder is writable and large enough")
    }

    fn try_write(count: usize, folder: &Path) -> io::Result<Self> {
        let array = folder.join("messages.json");
        let transcript = folder.join("transcript.txt");
        let mut json = BufWriter::new(File::create(&array)?);
        let mut lines = BufWriter::new(File::create(&transcript)?);
        let mut offsets = Vec::with_capacity(count + 1);
        let mut common = 0;
        let mut conversation = Conversation::new();
        let mut at = 0;
        let mut when = DateTime::parse_from_rfc3339("2016-07-21T14:13:48.444557+02:00")
            .expect("an RFC 3339 time")
            - Duration::seconds(20) * i32::try_from(count).unwrap_or(i32::MAX);
        for number in 0..count {
            let mut message = conversation.next();
            let mark = match number {
                0 => FIRST,
                last if last + 1 == count => LAST,
                half if half == count / 2 => HALF,
                _ => "",
            };
            if !mark.is_empty() {
                message.text = format!("{mark} {}", message.text);
            }
            common += usize::from(message.text.to_lowercase().contains(COMMON));
            let object = message_json(id(number), when, &message);
            json.write_all(if number == 0 { b"[" } else { b"," })?;
            offsets.push(at + 1);
            at += 1 + object.len() as u64;
            json.write_all(object.as_bytes())?;
            writeln!(lines, "{}", transcript_line(when, &message))?;
            when += Duration::milliseconds(20_000);
        }
        offsets.push(at);
        json.write_all(b"]")?;
        json.flush()?;
        lines.flush()?;
        Ok(Self {
            count,
            common,
            folder: folder.to_owned(),
            array,
            transcript,
            offsets,
            transcript_size: lines.get_ref().metadata()?.len(),
        })
    }

    /// The byte range of the objects with ids above `after` in the array.
    pub fn byte_range_after(&self, after: i64) -> std::ops::Range<u64> {
        let first = usize::try_from(after + 1 - FIRST_ID).unwrap_or_default();
        let end = self.offsets[self.count];
        self.offsets.get(first).copied().unwrap_or(end)..end
    }

    /// Cuts posted messages off the transcript.
    pub fn remove_posted(&self) {
        let file = OpenOptions::new()
            .write(true)
            .open(&self.transcript)
            .unwrap();
        file.set_len(self.transcript_size).unwrap();
    }

    /// How many posted messages have ids up to `after`.
    pub fn posted_up_to(&self, after: i64) -> usize {
        let last = id(self.count) - 1;
        usize::try_from(after - last).unwrap_or_default()
    }

    /// Appends the n-th posted message, from 0, to the transcript and returns its JSON object.
    pub fn post(&self, n: usize, text: &str) -> String {
        let message = GeneratedMessage {
            kind: "ToUser",
            special: "None",
            author: "Anna Schmidt",
            text: text.to_owned(),
        };
        let now = chrono::Local::now().fixed_offset();
        let mut file = OpenOptions::new()
            .append(true)
            .open(&self.transcript)
            .unwrap();
        writeln!(file, "{}", transcript_line(now, &message)).unwrap();
        message_json(id(self.count + n), now, &message)
    }
}

fn id(number: usize) -> i64 {
    FIRST_ID + i64::try_from(number).unwrap_or(i64::MAX)
}

fn message_json(id: i64, when: DateTime<FixedOffset>, message: &GeneratedMessage) -> String {
    json!({
        "ChatMessageId": id,
        "ChatSessionId": SESSION,
        "Type": message.kind,
        "Message": message.text,
        "Author": message.author,
        "ReadByCustomer": 1,
        "SpecialType": message.special,
        "SpecialParam": "",
        "WhenPosted": when.to_rfc3339_opts(SecondsFormat::Micros, false),
    })
    .to_string()
}

fn transcript_line(when: DateTime<FixedOffset>, message: &GeneratedMessage) -> String {
    let text = message.text.replace('\n', " / ");
    format!("{} {}: {text}", when.format("%F %T"), message.author)
}
