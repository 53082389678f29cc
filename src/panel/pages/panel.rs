//! The panel on one page.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use validator::Validate;

use crate::clock::{Instant, show_instant};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{BidId, EvaluationId, RoundId, UserId};
use crate::panel::actions::{conflicts, declare, naming, recuse, replace};
use crate::panel::api::panel::shown;
use crate::panel::input::{DeclarationInput, PanelInput, RecusalInput};
use crate::panel::pages::members::worded;
use crate::panel::scene;
use crate::seats::{self, InvitationState, Seat, SeatInput, alias};
use crate::session::Who;
use crate::web::App;
use crate::web::{Form, Page, see_other};
use crate::who::Actor;

#[derive(Serialize)]
struct Candidate {
    id: UserId,
    name: String,
    about: String,
    seated: bool,
    chair: bool,
}

/// `GET /rounds/{id}/panel`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, now| {
        panel_page(c, actor, id, now, None, &FieldErrors::new())
    })
    .await
}

fn panel_page(
    c: &mut Conn,
    actor: &Actor,
    id: RoundId,
    now: Instant,
    typed: Option<&PanelForm>,
    errors: &FieldErrors,
) -> Result<Page> {
    let (scene, shown) = shown(c, actor, id)?;
    let refusal = scene
        .may_run(actor)
        .map_err(|error| error.refusal())
        .and_then(|()| naming::may_change(&scene))
        .err();
    let seats: Vec<(UserId, Seat)> = match typed {
        Some(form) => form.seats().iter().map(|s| (s.user_id, s.seat)).collect(),
        None => shown.members.iter().map(|m| (m.user_id, m.seat)).collect(),
    };
    let candidates: Vec<Candidate> = if scene.runs(actor) {
        seats::candidates(c, &scene.path)?
            .into_iter()
            .map(|person| {
                let seat = seats.iter().find(|(user, _)| *user == person.user_id);
                Candidate {
                    id: person.user_id,
                    name: person.name,
                    about: format!("{} {}", person.organization, person.post),
                    seated: seat.is_some(),
                    chair: seat.is_some_and(|(_, seat)| *seat == Seat::Chair),
                }
            })
            .collect()
    } else {
        Vec::new()
    };
    let invitation = |user: UserId| {
        shown
            .record
            .invitations
            .iter()
            .find(|one| one.user_id == user)
    };
    let lines: Vec<_> = shown
        .members
        .iter()
        .map(|member| {
            let invited = invitation(member.user_id);
            json!({
                "id": member.user_id,
                "invitation": invited.map(|one| one.state.label()),
                "declined": invited.is_some_and(|one| one.state == InvitationState::Declined),
                "reason": invited.and_then(|one| one.reason.clone()),
                "name": member.name,
                "about": format!("{} {}", member.organization, member.post),
                "seat": member.seat.label(),
                "alias": member.alias.as_deref().map(alias),
                "signed": member.undertaking_at.map(show_instant),
            })
        })
        .collect();
    let mine = scene
        .seat
        .as_ref()
        .and_then(|seat| invitation(seat.user_id))
        .map(|one| one.state);
    let replacements: Vec<_> = shown
        .record
        .replacements
        .iter()
        .map(|one| json!({ "line": one, "at": show_instant(one.at) }))
        .collect();
    // The button says what the check would say.
    let invite_refusal = match &refusal {
        Some(refusal) => Some(refusal.clone()),
        None => conflicts::check(c, actor, id, now)?
            .faults
            .into_iter()
            .next(),
    };
    let uninvited = lines
        .iter()
        .filter(|line| line["invitation"].is_null())
        .count();
    Ok(Page::new("evaluation/panel.html")
        .with("mine", &mine.map(InvitationState::as_str))
        .with("may_answer", &naming::may_change(&scene).is_ok())
        .with("record", &shown.record)
        .with("replacements", &replacements)
        .with("replace_refusal", &replace::may_replace(&scene).err())
        .with("invite_refusal", &invite_refusal)
        .with("uninvited", &uninvited)
        .with("by_lot", &naming::drawn(c, &scene)?)
        .with("round_id", &id)
        .with("round_title", &scene.round.title)
        .with("members", &lines)
        .with("candidates", &candidates)
        .with("office", &scene.runs(actor))
        .with("checks", &conflicts::may_check(&scene, actor).is_ok())
        .with("refusal", &refusal)
        .with("fault", &shown.fault)
        .with("version", &scene.evaluation.version)
        .with("errors", errors))
}

/// A box for each candidate, one of them the chair.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct PanelForm {
    version: i64,
    #[serde(default)]
    #[validate(length(max = 99))]
    members: Vec<UserId>,
    #[serde(default)]
    chair: Option<UserId>,
}

impl PanelForm {
    fn seats(&self) -> Vec<SeatInput> {
        let mut all = self.members.clone();
        if let Some(chair) = self.chair
            && !all.contains(&chair)
        {
            all.push(chair);
        }
        all.into_iter()
            .map(|user_id| SeatInput {
                user_id,
                seat: if self.chair == Some(user_id) {
                    Seat::Chair
                } else {
                    Seat::Member
                },
            })
            .collect()
    }
}

/// `POST /rounds/{id}/panel`
pub async fn change(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<PanelForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let saved = match form.input() {
        Ok(typed) => {
            app.command(&form.who, move |tx, actor| {
                let input = PanelInput {
                    members: typed.seats(),
                };
                naming::change(tx, actor, id, typed.version, &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(see_other(
            format!("/rounds/{id}/panel"),
            "评审委员会名单已保存。",
        )),
        Err(Error::Invalid(errors)) => {
            let typed = form.input.ok();
            app.private_page(&req, form.who, move |c, actor, now| {
                scene::scene(c, actor, id)?.may_run(actor)?;
                Ok(panel_page(c, actor, id, now, typed.as_ref(), &errors)?.status(422))
            })
            .await
        }
        Err(error) => Err(error),
    }
}

/// `POST /evaluations/{id}/undertaking`
pub async fn undertake(
    app: Data<App>,
    id: Path<EvaluationId>,
    form: Form<DeclarationInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = form.input().map_err(worded)?;
    app.command(&form.who, move |tx, actor| {
        declare::sign(tx, actor, id, &input)
    })
    .await
    .map_err(worded)?;
    Ok(see_other(format!("/evaluations/{id}"), "已签署评审承诺。"))
}

/// `POST /bids/{id}/recusal`
pub async fn recuse(
    app: Data<App>,
    id: Path<BidId>,
    form: Form<RecusalInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = form.input()?;
    let (scene, _) = app
        .command(&form.who, move |tx, actor| {
            recuse::declare_recusal(tx, actor, id, &input)
        })
        .await?;
    Ok(see_other(
        format!("/evaluations/{}", scene.evaluation.id),
        "已回避，这一标的您不再查看和评分。",
    ))
}
