//! Names that the service lists: statuses, channels, columns of the archive.

use super::demo::{client_for, start_service};
use super::*;
use crate::demo::{ArchiveColumns, Failure, Fault, Quirks};

#[tokio::test]
async fn a_status_in_the_users_language_is_known_by_its_list() {
    let service = start_service().await;
    let client = client_for(&service);
    let expected = client.sessions(Scope::All, None).await.unwrap().sessions;
    service.set_quirks(Quirks {
        slim_rows_only: true,
        ..Quirks::default()
    });
    let slim = client_for(&service);
    for _ in 0..2 {
        let listed = slim.sessions(Scope::All, None).await.unwrap().sessions;
        let statuses = |sessions: &[Session]| -> Vec<_> {
            sessions
                .iter()
                .map(|session| (session.id, session.status.clone()))
                .collect()
        };
        assert_eq!(statuses(&listed), statuses(&expected));
        let found = slim.search_sessions(&["e".to_owned()], None).await.unwrap();
        let expected = statuses(&expected);
        assert!(!found.sessions.is_empty());
        for found in statuses(&found.sessions) {
            assert!(expected.contains(&found), "{found:?}");
        }
    }
    let requests = service.requests();
    let lists = requests.iter().filter(|it| it.path.contains("/MDOList/"));
    assert_eq!(lists.count(), 1);
}

#[tokio::test]
async fn all_channels_have_names_where_the_service_lists_them() {
    let service = start_service().await;
    let client = client_for(&service);
    let names = async || -> Vec<_> {
        let channels = client.all_channels().await.unwrap().into_iter();
        channels
            .map(|channel| (channel.id.0, channel.name))
            .collect()
    };
    assert!(names().await.contains(&(12, "Dealers".to_owned())));
    service.add_fault(Fault::always(Failure::Status(404)).on("MDOList"));
    let own = names().await;
    assert!(own.len() > 2 && !own.contains(&(12, "Dealers".to_owned())));
}

#[tokio::test]
async fn columns_that_the_archive_supports_are_requested() {
    let service = start_service().await;
    let healthy = client_for(&service)
        .sessions(Scope::All, None)
        .await
        .unwrap();
    service.set_quirks(Quirks {
        archive_columns: ArchiveColumns::RatingRefused,
        ..Quirks::default()
    });
    for has_metadata in [true, false] {
        if !has_metadata {
            service.add_fault(Fault::always(Failure::Status(404)).on("$metadata"));
        }
        let client = client_for(&service);
        let before = service.requests().len();
        let listed = client.sessions(Scope::All, None).await.unwrap();
        assert_eq!(
            session_ids(&listed.sessions),
            session_ids(&healthy.sessions)
        );
        assert!(
            listed
                .sessions
                .iter()
                .all(|session| session.rating.is_none())
        );
        assert_eq!(listed.lacks_status, !has_metadata);
        let archive = service.requests().into_iter().skip(before);
        let archive = archive.filter(|it| it.path.to_lowercase().contains("chatsession"));
        assert_eq!(archive.count(), 4, "two refusals, the names, the rows");
    }
}
