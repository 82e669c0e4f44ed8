//! Generated support-chat messages: the same sequence in every run.
//!
//! The lengths and scripts are those of the data in the comparison of programs: half of the
//! messages have up to some 90 characters, a few have 500; one in twenty is Chinese, Japanese or
//! Korean, one in forty is written from right to left.

use chrono::{DateTime, FixedOffset, SecondsFormat};
use fastrand::Rng;
use serde_json::json;

// Texts to choose from, separated by `|`; `{}` is replaced by a number.
const GREETINGS: &str = "Hi again|Hello|Good afternoon|Hei|One question|Quick update|Well";
const THINGS: &str = "the last invoice|my sign-in|the customer card|order {}|the calendar sync|\
    the new contract|ticket {}|the delivery date|the quote|the mobile app|the list of contacts|\
    the backup of {}";
const EVENTS: &str = "does not open|came twice|shows error {}|is fine now|stops at 87 %|\
    has the wrong address|was never approved|cannot be saved|asks for a password each time|\
    disappeared over night";
const CLOSINGS: &str = "can you have a look?|thank you.|no hurry.|it is rather urgent.|\
    what should I try next?|my colleague sees it too.|only in Firefox.|a screenshot follows.|\
    we can wait until Monday.";
const SHORT: &str = "ok|Yes.|No|thanks!|one moment|??|works :)|👍|sure";
const EAST: &str = "お世話になっております。請求書がまだ届いていません。|\
    登录之后页面一直是空白的，请帮忙看一下。|비밀번호를 바꿀 수 없습니다. 도와주세요.|\
    プリンターの設定を確認してください。ありがとうございます。";
const RIGHT_TO_LEFT: &str = "لا أستطيع فتح الفاتورة رقم {}|\
    שלום, ההזמנה שלי עדיין לא הגיעה|\
    شكرا جزيلا على المساعدة";
const NORTH: &str = "Fakturaen på kr {},- er feil, kan dere sjekke?|\
    Jag får inte upp ärendet längre.|Größe und Übergang stimmen, merci à vous.";
const EMOJI: &str = "🙂|🎉|🙏🏽|👩‍💻|🇳🇴|❤️|👨‍👩‍👧‍👦";
const AGENTS: &str = "Kari Nordmann|Ola Hansen|Åse Østby";
const CUSTOMERS: &str = "Anna Schmidt|José García|山田太郎|Mike O'Neill|فاطمة|Liu Wei";
const SPECIAL: &str = "Welcome|TransferedSession|ClosedByIdle|ReopenedByCustomer|BotMessage";

/// The fields of a message that differ between messages, besides its id and time.
pub struct Message {
    pub kind: &'static str,
    pub special: &'static str,
    pub author: String,
    pub text: String,
}

impl Message {
    pub fn json(&self, id: i64, session: i64, posted: DateTime<FixedOffset>) -> String {
        json!({
            "ChatMessageId": id,
            "ChatSessionId": session,
            "Type": self.kind,
            "Message": self.text,
            "Author": self.author,
            "ReadByCustomer": 1,
            "SpecialType": self.special,
            "SpecialParam": "",
            "WhenPosted": posted.to_rfc3339_opts(SecondsFormat::Micros, false),
        })
        .to_string()
    }
}

/// An endless sequence of messages.
pub struct Generator {
    random: Rng,
    agent: &'static str,
    customer: &'static str,
}

impl Generator {
    pub fn new() -> Self {
        Self {
            random: Rng::with_seed(42),
            agent: "Kari Nordmann",
            customer: "Anna Schmidt",
        }
    }

    pub fn next(&mut self) -> Message {
        let text = self.text();
        if self.random.u32(..100) == 0 {
            self.agent = self.pick(AGENTS);
            self.customer = self.pick(CUSTOMERS);
        }
        let (kind, special, author) = match self.random.u32(..100) {
            0..3 => ("Special", self.pick(SPECIAL), self.agent),
            3..54 => ("ToUser", "None", self.customer),
            _ => ("ToCustomer", "None", self.agent),
        };
        Message {
            kind,
            special,
            author: author.to_owned(),
            text,
        }
    }

    fn text(&mut self) -> String {
        match self.random.u32(..1000) {
            0..115 => self.pick(SHORT).to_owned(),
            115..165 => self.fill_template(EAST),
            165..190 => self.fill_template(RIGHT_TO_LEFT),
            190..245 => self.fill_template(NORTH),
            _ => self.sentences(),
        }
    }

    fn sentences(&mut self) -> String {
        // The smaller of two random numbers is usually small: most messages are short.
        let count = 1 + self.random.usize(..5).min(self.random.usize(..5));
        let mut parts: Vec<String> = (0..count).map(|_| self.sentence()).collect();
        if self.random.u32(..100) < 6 {
            let page = self.random.u32(..99_999);
            parts.push(format!(
                "See https://help.example.com/en/{page}/how-to?lang=en#step-3"
            ));
        }
        if self.random.u32(..100) < 5 {
            parts.push(self.pick(EMOJI).to_owned());
        }
        let has_lines = self.random.u32(..100) < 5;
        parts.join(if has_lines { "\n" } else { " " })
    }

    fn sentence(&mut self) -> String {
        let greeting = self.pick(GREETINGS);
        let thing = self.fill_template(THINGS);
        let event = self.fill_template(EVENTS);
        let closing = self.pick(CLOSINGS);
        format!("{greeting}, {thing} {event}; {closing}")
    }

    fn pick(&mut self, from: &'static str) -> &'static str {
        let choice = self.random.usize(..from.split('|').count());
        from.split('|').nth(choice).unwrap()
    }

    fn fill_template(&mut self, from: &'static str) -> String {
        let number = self.random.u32(10_000..99_999).to_string();
        self.pick(from).replace("{}", &number)
    }
}
