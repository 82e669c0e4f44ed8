//! Legend: what the shapes on the screen mean, one table for help and README.

use crate::chat::Stage;

/// A shape on the screen; the view has a symbol for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Stage(Stage),
    Marker,
    Unread,
    Watched,
    Typing,
    Transfer,
    Alert,
    Rating,
    Customer,
    Agent,
    Bot,
    Read,
    NotRead,
    MessageStart,
    Redirect,
    Notice,
    Started,
    Closed,
    Error,
    Chosen,
    UnknownSpecial,
}

pub(crate) const LEGEND: &[(Shape, &str)] = &[
    (Shape::Stage(Stage::NeedsReply), "needs reply"),
    (Shape::Stage(Stage::Queued), "in queue"),
    (Shape::Stage(Stage::Answered), "answered"),
    (Shape::Stage(Stage::Bot), "answered by a bot"),
    (Shape::Stage(Stage::Form), "at a form"),
    (Shape::Stage(Stage::Unknown), "in a state that is not known"),
    (Shape::Stage(Stage::Missed), "missed"),
    (Shape::Stage(Stage::Ended), "ended"),
    (Shape::Stage(Stage::Deleted), "deleted"),
    (Shape::Marker, "selected session or message"),
    (Shape::Unread, "unread messages, and how many"),
    (Shape::Watched, "watched session"),
    (Shape::Typing, "the customer is typing"),
    (Shape::Transfer, "transferred, or a transfer is pending"),
    (Shape::Alert, "alert level"),
    (Shape::Rating, "rating by the customer"),
    (Shape::Customer, "message of the customer"),
    (Shape::Agent, "message of an agent"),
    (Shape::Bot, "message of a bot"),
    (Shape::Read, "read by the customer"),
    (Shape::NotRead, "not yet read by the customer"),
    (
        Shape::MessageStart,
        "beginning of a message of the customer",
    ),
    (Shape::Redirect, "customer redirected to another page"),
    (Shape::Notice, "message of the service"),
    (Shape::Started, "chat started or reopened"),
    (Shape::Closed, "chat closed"),
    (Shape::Error, "error, blocked or refused"),
    (Shape::Chosen, "option chosen"),
    (Shape::UnknownSpecial, "special message of another kind"),
];
