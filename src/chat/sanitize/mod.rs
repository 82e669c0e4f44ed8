//! Sanitizes remote text, so that it can be written anywhere: decoded text on arrival, raw JSON when it is used.
//!
//! Customers type this text, so it may contain anything. Escape sequences, direction overrides and
//! invisible characters are removed; other control characters are replaced by visible ones. The
//! result contains no control character but `\n`, and sanitizing it again changes nothing.
//! Depends on `std` only.

/// Maximum combining marks on one letter; no script needs more.
const MAX_COMBINING_MARKS: usize = 8;

/// Sanitizes text that must stay on one line: line breaks and tabs become spaces, both ends are
/// trimmed.
pub(crate) fn sanitize_line(raw: &str) -> String {
    let text = sanitize(raw, ' ', &mut []);
    match text.trim_start() {
        trimmed if trimmed.len() == text.len() => text,
        trimmed => trimmed.to_owned(),
    }
}

/// Sanitizes text of several lines: every line break becomes `\n`, a tab four spaces, the end is
/// trimmed.
pub(crate) fn sanitize_text(raw: &str) -> String {
    sanitize(raw, '\n', &mut [])
}

/// Like [`sanitize_text`], and maps ascending byte positions of `raw` to the result.
pub(crate) fn sanitize_with_offsets(raw: &str, positions: &mut [&mut usize]) -> String {
    sanitize(raw, '\n', positions)
}

/// `line_break` replaces every line break; a tab becomes one space in text without line breaks.
fn sanitize(raw: &str, line_break: char, positions: &mut [&mut usize]) -> String {
    let mut output = Output {
        text: String::with_capacity(raw.len()),
        ..Output::default()
    };
    let mut rest = raw.chars();
    let mut pending = positions.iter_mut().peekable();
    loop {
        let at = raw.len() - rest.as_str().len();
        while let Some(position) = pending.next_if(|position| ***position <= at) {
            **position = output.text.len();
        }
        if output.joiner.is_none() {
            // Most text consists of plain runs, which are copied whole.
            let text = rest.as_str();
            let (plain, after) = text.split_at(plain_length(text, line_break));
            while let Some(position) = pending.next_if(|it| ***it <= at + plain.len()) {
                **position = output.text.len() + (**position - at);
            }
            output.push_plain(plain);
            rest = after.chars();
        }
        let Some(next) = rest.next() else { break };
        rest = push_or_skip(next, rest.as_str(), line_break, &mut output).chars();
    }
    let mut text = output.text;
    text.truncate(text.trim_end().len());
    for position in positions {
        **position = text.len().min(**position);
    }
    text
}

/// The length of the characters at the beginning of a text that are shown as they are.
fn plain_length(text: &str, line_break: char) -> usize {
    let is_plain = |c: char| is_plain_letter(c) || c == line_break;
    let is_printable = |byte: &u8| matches!(byte, b' '..=b'~');
    let mut rest = text;
    loop {
        let ascii = rest.bytes().take_while(is_printable).count();
        rest = rest.get(ascii..).unwrap_or_default();
        match rest.strip_prefix(is_plain) {
            Some(after) => rest = after,
            None => return text.len() - rest.len(),
        }
    }
}

/// Appends a character, or skips it or the escape sequence it starts. Returns the rest.
fn push_or_skip<'a>(next: char, rest: &'a str, line_break: char, output: &mut Output) -> &'a str {
    match next {
        '\u{1b}' => return skip_escape(rest),
        '\u{9b}' => return skip_csi(rest),
        '\u{9d}' => return skip_control_string(rest, true),
        '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}' => return skip_control_string(rest, false),
        '\r' => {
            output.push(line_break);
            return rest.strip_prefix('\n').unwrap_or(rest);
        }
        '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => output.push(line_break),
        '\t' if line_break == '\n' => (0..4).for_each(|_| output.push(' ')),
        '\t' => output.push(' '),
        '\0'..='\u{1f}' => output.push(control_picture(u32::from(next))),
        '\u{7f}' => output.push('\u{2421}'),
        '\u{80}'..='\u{9f}' => {}
        _ if is_invisible(next) => {}
        _ => output.push(next),
    }
    rest
}

/// Maps a control character to its symbol in the Unicode block "Control Pictures".
fn control_picture(control: u32) -> char {
    char::from_u32(0x2400 + control).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Returns the text after an escape sequence; `rest` begins after its ESC.
fn skip_escape(rest: &str) -> &str {
    let mut chars = rest.chars();
    match chars.next() {
        Some('[') => skip_csi(chars.as_str()),
        Some(']') => skip_control_string(chars.as_str(), true),
        Some('P' | 'X' | '^' | '_') => skip_control_string(chars.as_str(), false),
        Some(' '..='/') => {
            let end = rest.trim_start_matches(|c| matches!(c, ' '..='/'));
            end.strip_prefix(|c| matches!(c, '0'..='~')).unwrap_or(end)
        }
        Some('0'..='~') => chars.as_str(),
        _ => rest,
    }
}

/// Returns the text after a control sequence. Without a final character, only its parameters are
/// skipped.
fn skip_csi(rest: &str) -> &str {
    let end = rest
        .trim_start_matches(|c| matches!(c, '0'..='?'))
        .trim_start_matches(|c| matches!(c, ' '..='/'));
    end.strip_prefix(|c| matches!(c, '@'..='~')).unwrap_or(end)
}

/// Returns the text after a control string. Without a terminator, only its introducer is skipped.
fn skip_control_string(rest: &str, ends_with_bell: bool) -> &str {
    let is_stop = |c: char| match c {
        '\u{7}' => ends_with_bell,
        c => matches!(c, '\u{18}' | '\u{1a}' | '\u{1b}' | '\u{80}'..='\u{9f}'),
    };
    let end = rest.find(is_stop).and_then(|stop| rest.get(stop..));
    end.and_then(|end| {
        end.strip_prefix(['\u{7}', '\u{9c}'])
            .or_else(|| end.strip_prefix("\u{1b}\\"))
    })
    .unwrap_or(rest)
}

/// Returns `true` for letters of the most used scripts, none of which combine with others.
fn is_plain_letter(c: char) -> bool {
    matches!(c,
        '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}'
        | '\u{3041}'..='\u{3096}' | '\u{30a0}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}')
}

/// Returns `true` for characters that show nothing or change the text direction.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// Returns `true` for combining marks of the scripts where they are abused to draw over other lines.
fn is_combining(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{eb1}' | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ece}'
        | '\u{f71}'..='\u{f84}' | '\u{f86}' | '\u{f87}' | '\u{f8d}'..='\u{fbc}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The sanitized text so far.
#[derive(Default)]
struct Output {
    text: String,
    /// A zero width joiner or non-joiner, written only if a visible character follows.
    joiner: Option<char>,
    /// The number of combining marks on the last letter.
    combining_marks: usize,
}

impl Output {
    /// Appends characters that do not combine; there must be no pending joiner.
    fn push_plain(&mut self, plain: &str) {
        if !plain.is_empty() {
            self.combining_marks = 0;
            self.text.push_str(plain);
        }
    }

    fn push(&mut self, c: char) {
        let last = || self.text.chars().next_back();
        let follows_visible = || last().is_some_and(|last| !last.is_whitespace());
        match c {
            '\u{200c}' | '\u{200d}' => {
                if follows_visible() {
                    self.joiner = Some(c);
                }
                return;
            }
            // A run of variation selectors can encode hidden text.
            _ if is_variation_selector(c) => {
                if follows_visible()
                    && !last().is_some_and(is_variation_selector)
                    && self.joiner.is_none()
                {
                    self.text.push(c);
                }
                return;
            }
            _ if is_combining(c) => {
                if self.combining_marks == MAX_COMBINING_MARKS {
                    return;
                }
                self.combining_marks += 1;
            }
            _ => self.combining_marks = 0,
        }
        let joiner = self.joiner.take();
        if !c.is_whitespace() {
            self.text.extend(joiner);
        }
        self.text.push(c);
    }
}

#[cfg(test)]
mod tests;
