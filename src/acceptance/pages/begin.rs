//! Beginning an acceptance.

use serde_json::{Value, json};

use crate::acceptance::QuestionKind;
use crate::acceptance::scene::Candidate;
use crate::acceptance::verbs::{Open, candidates};
use crate::error::Result;
use crate::ids::{ProjectId, UserId};
use crate::people::{self, Sought};
use crate::seats;
use crate::verbs::{Scene, Verb, refusal};
use crate::web::{Ask, Page};

/// Questions every acceptance may ask, to begin with.
fn usual() -> Value {
    let question = |kind: QuestionKind, body| json!({ "kind": kind, "body": body });
    json!({ "questions": [
        question(QuestionKind::Likert, "这个项目解决了我身边的实际问题"),
        question(QuestionKind::Likert, "项目的做法我了解，也愿意参与"),
        question(QuestionKind::Likert, "项目没有给我增加不必要的负担"),
        question(QuestionKind::Text, "您还有什么意见或建议"),
    ] })
}

/// `GET /projects/{id}/acceptance`
pub fn begin(ask: &mut Ask, id: ProjectId) -> Result<Page> {
    ask.again.fill(&usual())?;
    let rows = ask.again.rows("questions", 6);
    let ticked: Vec<UserId> = ask.again.ticked("reviewers");
    let mut chosen = ticked.clone();
    chosen.extend(ask.again.value("chair").parse().ok().map(UserId));
    let find = ask.again.value("find").to_owned();
    let (c, actor, now) = ask.parts();
    let on = Candidate::load(c, actor, &id)?;
    Open::who(&on, actor)?;
    let refusal = refusal::<Open>(c, &on, actor, now)?;
    let mut users = candidates(c, &on.project, seats::first_offered(&find))?;
    chosen.retain(|id| users.iter().all(|user| user.id != *id));
    users.extend(candidates(c, &on.project, Sought::These(&chosen))?);
    let organizations: Vec<_> = users.iter().map(|user| user.organization_id).collect();
    let names = people::names(c, &organizations)?;
    let candidates: Vec<_> = users
        .into_iter()
        .map(|user| {
            let organization = names.get(&user.organization_id);
            let organization = organization.map(String::as_str).unwrap_or_default();
            json!({
                "value": user.id,
                "name": user.name,
                "organization": organization,
                "label": format!("{}（{organization}）", user.name),
                "chosen": ticked.contains(&user.id),
            })
        })
        .collect();
    let kinds: Vec<_> = QuestionKind::ALL
        .iter()
        .map(|kind| json!({ "value": kind, "label": kind.label() }))
        .collect();
    Ok(Page::new("acceptance/begin.html")
        .with("project", &on.project.id)
        .with("title", &on.project.title)
        .with("refusal", &refusal)
        .with("candidates", &candidates)
        .with("offered", &seats::OFFERED)
        .with("kinds", &kinds)
        .with("rows", &rows))
}
