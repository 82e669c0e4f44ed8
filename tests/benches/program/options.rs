//! Arguments of the bench.

use super::format::TableFormat;
use super::measure::Effort;
use super::peers::Peer;

pub struct BenchOptions {
    /// Sizes of the stress conversations.
    pub stress: Vec<usize>,
    pub effort: Effort,
    pub format: TableFormat,
    /// The only program to measure.
    pub only: Option<String>,
}

impl BenchOptions {
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            stress: Vec::new(),
            effort: Effort::FULL,
            format: TableFormat::Plain,
            only: None,
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                // Cargo passes it to every bench.
                "--bench" => {}
                "--large" => options.stress.extend([100_000, 1_000_000]),
                "--stress" => {
                    let size = arguments.next().and_then(|size| size.parse().ok());
                    let size = size.filter(|size| *size > 1);
                    let error = "--stress expects a number of messages";
                    options.stress.push(size.ok_or(error)?);
                }
                "--quick" => options.effort = Effort::QUICK,
                "--markdown" => options.format = TableFormat::Markdown,
                "--only" => {
                    let names = [Peer::CONVERSATION.as_slice(), &Peer::LIST].concat();
                    let name = arguments.next().filter(|name| names.contains(&&**name));
                    let error = format!("--only expects one of {}", names.join(", "));
                    options.only = Some(name.ok_or(error)?);
                }
                other => {
                    let known = "--large, --stress N, --quick, --only PROGRAM, --markdown";
                    return Err(format!("unknown option {other}; options: {known}"));
                }
            }
        }
        Ok(options)
    }
}
