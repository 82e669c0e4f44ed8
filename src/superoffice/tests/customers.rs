//! The conversations of customers, against the demo service.

use super::demo::{client_for, quirk_variants, start_service};
use super::*;
use crate::chat::CustomerId;
use crate::demo::{Failure, Fault};

/// The customer with two sessions at the start, who is linked to a person and a contact.
#[tokio::test]
async fn the_conversations_of_a_customer_are_those_of_the_service() {
    let service = start_service().await;
    for quirks in quirk_variants() {
        service.set_quirks(quirks.clone());
        let client = client_for(&service);
        for customer in [CustomerId::Person(500), CustomerId::Contact(100)] {
            let listed = client.conversations(customer).await.unwrap();
            assert_eq!(listed.len(), 2, "{quirks:?}");
            for row in listed {
                assert_eq!(row.customer_id(), Some(customer));
                let session = client.session(row.id).await.unwrap();
                assert!(row.is_of_same_customer(&session), "{quirks:?}");
                let facts = |it: &Session| {
                    let names = [&it.customer.name, &it.customer.company].map(Clone::clone);
                    let messages = [&it.first_message, &it.last_message].map(Clone::clone);
                    (names, messages, it.requested, it.ended)
                };
                assert_eq!(facts(&row), facts(&session), "{quirks:?}");
            }
        }
    }
    let last = service.requests().pop().unwrap();
    assert_eq!(last.path, "/Cust12345/api/v1/ChatSession/341");
}

#[tokio::test]
async fn refused_conversations_say_why() {
    let service = start_service().await;
    let client = client_for(&service);
    for (customer, status, kind, why) in [
        (
            CustomerId::Person(500),
            Some(403),
            ErrorKind::Forbidden,
            "Not allowed to read the customer's conversations (403)",
        ),
        (
            CustomerId::Person(501),
            None,
            ErrorKind::NotFound,
            "The service does not have the customer's conversations (404)",
        ),
    ] {
        if let Some(status) = status {
            let fault = Fault::next(1, Failure::Status(status));
            service.add_fault(fault.on("/Summary?limit=100"));
        }
        let error = client.conversations(customer).await.unwrap_err();
        assert_eq!(error.kind, kind);
        assert!(error.why.starts_with(why), "{}", error.why);
    }
}
