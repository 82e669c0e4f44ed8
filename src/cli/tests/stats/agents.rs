//! Agents whose numbers the archive does not have.

use super::*;

#[tokio::test]
async fn an_agent_without_a_number_is_the_one_of_that_name() {
    let agents = [
        (11, "Ola"),
        (0, "Ola"),
        (12, "Per"),
        (13, "Per"),
        (0, "Per"),
    ];
    let rows: Vec<_> = agents
        .into_iter()
        .zip((1..10).rev())
        .map(|((agent, name), id)| Session {
            agent: Some(Agent {
                id: AssociateId(agent),
                name: name.to_owned(),
            }),
            ..ended(id, at("09:00:00"), 60, 60)
        })
        .collect();
    let fake = with_channels(FakeApi::listing([page(&[], None), page(&rows, None)]));
    let line = "stats --time-zone UTC --by agent --format csv";
    let result = run_command(line, &fake).await;
    let groups: Vec<_> = result.out.lines().skip(1).collect();
    let begins = ["Ola,11,2,", "Per,,1,", "Per,12,1,", "Per,13,1,"];
    assert_eq!(groups.len(), begins.len(), "{}", result.out);
    for (group, begin) in groups.iter().zip(begins) {
        assert!(group.starts_with(begin), "{}", result.out);
    }
}
