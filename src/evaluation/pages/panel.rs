//! The panel, and its work on one page.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use validator::Validate;

use super::sheets::may_enter;
use crate::clock::{Instant, show_instant};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Refusal, Result};
use crate::evaluation::actions::panel::{self, UNDERTAKING};
use crate::evaluation::actions::{lock, scene, scoring};
use crate::evaluation::api::panel::{shown, work};
use crate::evaluation::input::{PanelInput, RecusalInput, SeatInput};
use crate::evaluation::panel::actions::{conflicts, declare, replace};
use crate::evaluation::panel::input::DeclarationInput;
use crate::evaluation::panel::pages::members::worded;
use crate::evaluation::panel::{InvitationState, RelationKind};
use crate::evaluation::view::AssignmentShown;
use crate::evaluation::{EvaluationState, Seat, SheetState};
use crate::ids::{BidId, EvaluationId, RoundId, UserId};
use crate::rounds::rules::Action;
use crate::session::Who;
use crate::web::{App, Empty, Form, Page, see_other};
use crate::who::{Actor, Role};

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
        .and_then(|()| panel::may_change(&scene))
        .err();
    let seats: Vec<(UserId, Seat)> = match typed {
        Some(form) => form.seats().iter().map(|s| (s.user_id, s.seat)).collect(),
        None => shown.members.iter().map(|m| (m.user_id, m.seat)).collect(),
    };
    let candidates: Vec<Candidate> = if scene.runs(actor) {
        panel::candidates(c, &scene)?
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
        .with("may_answer", &panel::may_change(&scene).is_ok())
        .with("record", &shown.record)
        .with("replacements", &replacements)
        .with("replace_refusal", &replace::may_replace(&scene).err())
        .with("invite_refusal", &invite_refusal)
        .with("uninvited", &uninvited)
        .with("by_lot", &panel::drawn(c, &scene)?)
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

/// `R3` as people read it: `评委3`.
pub fn alias(alias: &str) -> String {
    format!("评委{}", alias.trim_start_matches('R'))
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
                panel::change(tx, actor, id, typed.version, &input)
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

/// `POST /rounds/{id}/scoring`
pub async fn start_scoring(
    app: Data<App>,
    id: Path<RoundId>,
    form: Form<Empty>,
) -> Result<HttpResponse> {
    form.input()?;
    let id = id.into_inner();
    let scene = app
        .command(&form.who, move |tx, actor| scoring::start(tx, actor, id))
        .await?;
    Ok(see_other(
        format!("/evaluations/{}", scene.evaluation.id),
        "已开始评分，应回避的评委已自动回避。",
    ))
}

/// `GET /evaluations/{id}`
pub async fn evaluation(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<EvaluationId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, now| {
        evaluation_page(c, actor, id, now)
    })
    .await
}

fn evaluation_page(c: &mut Conn, actor: &Actor, id: EvaluationId, now: Instant) -> Result<Page> {
    let scene = scene::scene_of(c, actor, id)?;
    let shown = work(c, actor, &scene)?;
    let scoring = scene.evaluation.state == EvaluationState::Scoring;
    let done = shown
        .assignments
        .iter()
        .filter(|one| one.state.is_some_and(|state| state != SheetState::Draft))
        .count();
    let waits = |one: &&AssignmentShown| {
        one.open && one.state.is_none_or(|state| state == SheetState::Draft)
    };
    let next = shown.assignments.iter().find(waits).map(|one| one.bid_id);
    let lines: Vec<_> = shown
        .assignments
        .iter()
        .map(|one| {
            let (label, tone) = match one.state {
                None => ("未评", ""),
                Some(SheetState::Draft) => ("草稿", "amber"),
                Some(SheetState::Submitted) => ("已提交", "green"),
                Some(SheetState::Locked) => ("已锁定", "green"),
            };
            json!({
                "bid_id": one.bid_id, "title": one.title, "organization": one.organization,
                "topic": one.topic, "state": label, "tone": tone,
                "total": one.total.map(|total| total.to_string()), "on_paper": one.on_paper,
            })
        })
        .collect();
    let progress: Option<Vec<_>> = shown.progress.as_ref().map(|all| {
        all.iter()
            .map(|one| {
                json!({
                    "user_id": one.user_id, "name": one.name, "seat": one.seat.label(), "signed": one.undertaking_signed,
                    "assigned": one.assigned, "submitted": one.submitted, "drafts": one.drafts, "on_paper": one.on_paper,
                    "percent": (one.submitted * 100).checked_div(one.assigned).unwrap_or(0),
                })
            })
            .collect()
    });
    let may_lock = scene.may_lock(actor).is_ok();
    let signing = scene
        .seat
        .as_ref()
        .is_some_and(|seat| seat.undertaking_at.is_none());
    let organizations: Vec<_> = if signing {
        crate::people::subtree(c, &scene.path)?
            .into_iter()
            .filter(|one| !one.disabled && one.path != scene.path)
            .map(|one| json!({ "value": one.id.to_string(), "label": one.short_name }))
            .collect()
    } else {
        Vec::new()
    };
    let kinds: Vec<_> = RelationKind::ALL
        .iter()
        .map(|kind| json!({ "value": kind.as_str(), "label": kind.label() }))
        .collect();
    let lock_refusal: Option<Refusal> = if may_lock && scoring {
        match scene.next(Action::Lock, now) {
            Err(refusal) => Some(refusal),
            Ok(_) => lock::fault(c, &scene)?,
        }
    } else {
        None
    };
    Ok(Page::new("evaluation/show.html")
        .with("id", &id)
        .with("round_id", &scene.round.id)
        .with("round_title", &scene.round.title)
        .with("round_state", &scene.round.state.label())
        .with("state", &scene.evaluation.state.as_str())
        .with("seat", &shown.seat.map(Seat::label))
        .with("signed", &shown.undertaking_signed)
        .with("undertaking", &UNDERTAKING)
        .with("organizations", &organizations)
        .with("kinds", &kinds)
        .with("assignments", &lines)
        .with("done", &done)
        .with("next", &next)
        .with("recused", &shown.recused)
        .with("progress", &progress)
        .with("prints", &scene.runs(actor))
        .with("may_enter", &may_enter(&scene, actor))
        .with("may_lock", &(may_lock && scoring))
        .with("lock_refusal", &lock_refusal)
        .with(
            "may_watch_fairness",
            &(scene.evaluation.state == EvaluationState::Locked
                && (scene.chairs()
                    || actor
                        .holds_any(&[Role::CommitteeSecretary, Role::Supervisor], &scene.path))),
        ))
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
            panel::declare_recusal(tx, actor, id, &input)
        })
        .await?;
    Ok(see_other(
        format!("/evaluations/{}", scene.evaluation.id),
        "已回避，这一标的您不再查看和评分。",
    ))
}
