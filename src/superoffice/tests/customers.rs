//! The conversations of customers and the presence of agents, against the demo service.

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
async fn refused_conversations_have_a_reason() {
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

#[tokio::test]
async fn presence_is_that_of_the_service() {
    let service = start_service().await;
    let client = client_for(&service);
    let agents = client.presence().await.unwrap();
    let shown = agents.iter().map(|agent| {
        let in_own_channels = agent.channels.contains(&ChannelId(7));
        (agent.agent.name.as_str(), agent.is_present, in_own_channels)
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            ("Ingrid Solberg", true, true),
            ("Ola Hansen", true, true),
            ("Amira Haddad", true, true),
            ("Yuki Tanaka", true, true),
            ("Tom Byrne", false, true),
        ]
    );
    let sessions = service.sessions().into_iter();
    let of_ola = sessions.filter(|session| {
        let ends = [
            "Finished",
            "Closed",
            "RequestPosted",
            "ClosedFromQueue",
            "Deleted",
        ];
        let is_over = session["Status"]
            .as_str()
            .is_some_and(|it| ends.contains(&it));
        session["User"]["AssociateId"] == agents[1].agent.id.0 && !is_over
    });
    let ongoing = i64::try_from(of_ola.count()).unwrap();
    assert!(ongoing > 0);
    assert_eq!(agents[1].ongoing_chats, ongoing);
    for (status, kind, why) in [
        (
            403,
            ErrorKind::Forbidden,
            "Not allowed to read the presence of agents (403)",
        ),
        (
            404,
            ErrorKind::NotFound,
            "The service does not have the presence of agents (404)",
        ),
    ] {
        let fault = Fault::next(1, Failure::Status(status));
        service.add_fault(fault.on("/Presence/"));
        let error = client.presence().await.unwrap_err();
        assert_eq!(error.kind, kind);
        assert!(error.why.starts_with(why), "{}", error.why);
    }
}

#[tokio::test]
async fn sessions_are_found_by_the_address_of_a_person() {
    let service = ScriptedService::start(|_| json_response(r#"{"value":[{"chatSessionId":7}]}"#));
    let client = client(&service);
    let mail = "kari.o'neil@fjord.example";
    let refused = client.sessions_of_mail(mail, None).await;
    assert_eq!(refused.unwrap_err().kind, ErrorKind::Config);
    let mail = "kari+chat@fjord.example";
    let page = client.sessions_of_mail(mail, Some(SessionId(341))).await;
    assert_eq!(session_ids(&page.unwrap().sessions), [7]);
    let requests = service.requests();
    let url = client.base_url().join(requests[0].path()).unwrap();
    let filter = url.query_pairs().find(|(name, _)| name == "$filter");
    let filter = filter.map(|(_, filter)| filter.into_owned());
    let expected =
        "person/email/emailAddress is 'kari+chat@fjord.example' and chatSessionId lt 341";
    assert_eq!(filter.as_deref(), Some(expected));
}
