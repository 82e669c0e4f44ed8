//! The messages of one run as files: the service's JSON array, and a transcript for `less`.
//!
//! The first message holds [`FIRST`], the last one [`LAST`], the one half way [`HALF`], and no other
//! message holds any of these. Ids have no gaps.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, FixedOffset, SecondsFormat};
use serde_json::json;

use super::phrases::{Conversation, GeneratedMessage};

/// The session they are in.
pub const SESSION: i64 = 301;
/// Stands in the first message.
pub const FIRST: &str = "FIRSTMARK";
/// Stands in the last message.
pub const LAST: &str = "LASTMARK";
/// What is searched for; it stands half way.
pub const NEEDLE: &str = "NEEDLE50";
/// What the message half way begins with: more than was typed to find it.
pub const HALF: &str = "NEEDLE50 half way";
/// Stands nowhere.
pub const NOWHERE: &str = "NEEDLE99";

/// Stands in many messages, in any case.
pub const COMMON: &str = "invoice";

/// The id of the first message.
const FIRST_ID: i64 = 1000;

/// Where the messages are.
pub struct Messages {
    /// How many there are.
    pub count: usize,
    /// How many of them hold [`COMMON`].
    pub common: usize,
    /// The folder they are in, with room for more.
    pub folder: PathBuf,
    /// The service's JSON array.
    pub array: PathBuf,
    /// One line for each.
    pub transcript: PathBuf,
    /// Where in the array each object begins, and where the array's bracket ends it.
    offsets: Vec<u64>,
    transcript_size: u64,
}

impl Messages {
    /// Writes so many messages into a folder, the same ones each time.
    pub fn write(count: usize, folder: &Path) -> Self {
        Self::try_write(count, folder).expect("a temporary folder has room for the messages")
    }

    fn try_write(count: usize, folder: &Path) -> io::Result<Self> {
        let array = folder.join("messages.json");
        let transcript = folder.join("transcript.txt");
        let mut json = BufWriter::new(File::create(&array)?);
        let mut lines = BufWriter::new(File::create(&transcript)?);
        let mut offsets = Vec::with_capacity(count + 1);
        let mut common = 0;
        let mut talk = Conversation::new();
        let mut at = 0;
        let mut when = DateTime::parse_from_rfc3339("2016-07-21T14:13:48.444557+02:00")
            .expect("a time as the service writes it")
            - Duration::seconds(20) * i32::try_from(count).unwrap_or(i32::MAX);
        for number in 0..count {
            let mut said = talk.next();
            let mark = match number {
                0 => FIRST,
                last if last + 1 == count => LAST,
                half if half == count / 2 => HALF,
                _ => "",
            };
            if !mark.is_empty() {
                said.text = format!("{mark} {}", said.text);
            }
            common += usize::from(said.text.to_lowercase().contains(COMMON));
            let object = message_json(id(number), when, &said);
            json.write_all(if number == 0 { b"[" } else { b"," })?;
            offsets.push(at + 1);
            at += 1 + object.len() as u64;
            json.write_all(object.as_bytes())?;
            writeln!(lines, "{}", transcript_line(when, &said))?;
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

    /// The bytes of the array that hold the objects with ids above `after`.
    pub fn byte_range_after(&self, after: i64) -> std::ops::Range<u64> {
        let first = usize::try_from(after + 1 - FIRST_ID).unwrap_or_default();
        let end = self.offsets[self.count];
        self.offsets.get(first).copied().unwrap_or(end)..end
    }

    /// Makes the transcript as it was before anything was posted.
    pub fn forget_posted(&self) {
        let file = OpenOptions::new()
            .write(true)
            .open(&self.transcript)
            .unwrap();
        file.set_len(self.transcript_size).unwrap();
    }

    /// How many of those that were posted have ids up to `after`.
    pub fn posted_up_to(&self, after: i64) -> usize {
        let last = id(self.count) - 1;
        usize::try_from(after - last).unwrap_or_default()
    }

    /// Adds the n-th message, from 0, to those that were written: a line of the transcript. Gives
    /// the object for the service.
    pub fn post(&self, n: usize, text: &str) -> String {
        let said = GeneratedMessage {
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
        writeln!(file, "{}", transcript_line(now, &said)).unwrap();
        message_json(id(self.count + n), now, &said)
    }
}

fn id(number: usize) -> i64 {
    FIRST_ID + i64::try_from(number).unwrap_or(i64::MAX)
}

fn message_json(id: i64, when: DateTime<FixedOffset>, said: &GeneratedMessage) -> String {
    json!({
        "ChatMessageId": id,
        "ChatSessionId": SESSION,
        "Type": said.kind,
        "Message": said.text,
        "Author": said.author,
        "ReadByCustomer": 1,
        "SpecialType": said.special,
        "SpecialParam": "",
        "WhenPosted": when.to_rfc3339_opts(SecondsFormat::Micros, false),
    })
    .to_string()
}

fn transcript_line(when: DateTime<FixedOffset>, said: &GeneratedMessage) -> String {
    let text = said.text.replace('\n', " / ");
    format!("{} {}: {text}", when.format("%F %T"), said.author)
}
