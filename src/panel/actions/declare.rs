//! The panel: who sits on it, what they undertake, which topics they leave to others.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::audit::{self, Verb};
use crate::clock;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{DeclarationId, EvaluationId, InvitationId, OrganizationId, UserId};
use crate::panel::RelationKind;
use crate::panel::actions::{assign, conflicts};
use crate::panel::rules::conflict::{Interests, Tie, TieKind};
use crate::panel::scene::{self, Scene, event, not_on_panel};
use crate::panel::store::{self, Declaration};
use crate::people;
use crate::seats::{self, EvaluationState, InvitationState, PanelMember};
use crate::who::Actor;

/// What a reviewer signs before any bid is shown.
pub const UNDERTAKING: [&str; 5] = [
    "一、我与所评标的的竞标组织没有影响公正评审的关系；如有，我将主动申请回避。",
    "二、我按指南和评分标准独立打分，不受任何单位和个人影响，也不打听、不影响他人打分。",
    "三、评分锁定以前，我不透露申报内容、评审意见和分数。",
    "四、我不接受竞标组织和有关人员的宴请、礼品和其他好处。",
    "五、我对自己的每一个分数负责，该写理由的写明理由，并接受监督和异议核查。",
];

/// Version of the text in [`UNDERTAKING`]; it goes up with every change of a word.
pub const TEXT_VERSION: i64 = 1;

/// One tie declared along with the undertaking.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclaredTie {
    pub organization_id: OrganizationId,
    pub kind: RelationKind,
}

/// The undertaking, with the organizations one has ties with; none means that there are none.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclarationInput {
    #[serde(default)]
    #[validate(length(max = 50), nested)]
    #[schema(max_items = 50)]
    pub ties: Vec<DeclaredTie>,
}

/// A tie as signed: the organization and how one stands to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedTie {
    pub organization_id: OrganizationId,
    pub kind: RelationKind,
}

pub fn text_digest() -> String {
    audit::sha256_hex(UNDERTAKING.join("\n").as_bytes())
}

/// Who may sign: the seat, and the invitation that signing accepts.
pub struct Signing {
    seat: PanelMember,
    accepts: Option<InvitationId>,
}

pub fn may_sign(c: &mut Conn, scene: &Scene) -> Result<Signing> {
    let seat = scene.seat.clone().ok_or_else(not_on_panel)?;
    if scene.evaluation.state == EvaluationState::Locked {
        return Err(scene::locked().into());
    }
    if seat.undertaking_at.is_some() {
        return Err(Refusal::new("already_undertaken", "您已签署评审承诺。").into());
    }
    let invitation = store::invitation(c, seat.id)?;
    let accepts = match invitation.map(|one| (one.id, one.state)) {
        Some((_, InvitationState::Declined)) => {
            return Err(
                Refusal::new("invitation_answered", "您已谢绝邀请，不能签署评审承诺。")
                    .remedy("需要改变的，请联系党建部。")
                    .into(),
            );
        }
        // Signing is the plainest way to accept.
        Some((id, InvitationState::Sent)) => Some(id),
        Some((_, InvitationState::Accepted)) | None => None,
    };
    Ok(Signing { seat, accepts })
}

/// Signs. What was signed stands: text, ties and instant under one digest. Ties recuse where the organization competes.
pub fn sign(
    tx: &mut Tx,
    actor: &Actor,
    scene: &Scene,
    Signing { seat, accepts }: &Signing,
    input: &DeclarationInput,
) -> Result<()> {
    let (now, evaluation) = (tx.now(), scene.evaluation.id);
    if let Some(id) = accepts {
        store::answer_invitation(tx, *id, InvitationState::Accepted, "", Some(now))?;
    }
    let ties = checked(tx, input)?;
    let text_digest = text_digest();
    let digest = audit::sha256_hex(&serde_json::to_vec(&json!({
        "evaluation_id": evaluation,
        "user_id": seat.user_id,
        "text_version": TEXT_VERSION,
        "text_digest": text_digest,
        "ties": ties,
        "signed_at": now,
    }))?);
    store::insert_declaration(
        tx,
        &Declaration {
            id: DeclarationId::fresh(now),
            member_id: seat.id,
            evaluation_id: evaluation,
            user_id: seat.user_id,
            text_version: TEXT_VERSION,
            text_digest: text_digest.clone(),
            ties: serde_json::to_string(&ties)?,
            digest: digest.clone(),
            signed_at: now,
        },
    )?;
    seats::sign_undertaking(tx, seat.id, now)?;
    audit::record(
        tx,
        actor,
        event(scene, Verb::UndertakingSigned).detail(json!({
            "alias": seat.alias,
            "text_version": TEXT_VERSION,
            "text_digest": text_digest,
            "ties": ties.len(),
            "digest": digest,
        })),
    )?;
    if scene.evaluation.state == EvaluationState::Scoring {
        recuse_signed(tx, scene, seat.user_id)?;
        assign::refill(tx, actor, scene)?;
    }
    Ok(())
}

fn checked(c: &mut Conn, input: &DeclarationInput) -> Result<Vec<SignedTie>> {
    let mut seen = HashSet::new();
    let mut ties = Vec::new();
    for (n, tie) in input.ties.iter().enumerate() {
        let field = format!("ties[{n}][organization_id]");
        match people::organization(c, tie.organization_id) {
            Ok(_) => {}
            Err(Error::NotFound) => return Err(Error::field(field, "没有这个组织。")),
            Err(error) => return Err(error),
        }
        if !seen.insert(tie.organization_id) {
            return Err(Error::field(field, "同一个组织列了两次。"));
        }
        ties.push(SignedTie {
            organization_id: tie.organization_id,
            kind: tie.kind,
        });
    }
    Ok(ties)
}

/// Ties of whoever signed after scoring had begun.
fn recuse_signed(tx: &mut Tx, scene: &Scene, user: UserId) -> Result<()> {
    let now = tx.now();
    let signed: Vec<Interests> = signed_ties(tx, scene.evaluation.id)?
        .into_iter()
        .filter(|(of, _)| *of == user)
        .map(|(user_id, ties)| Interests { user_id, ties })
        .collect();
    let found = conflicts::recusals(tx, scene, &signed, clock::local_date(now))?;
    conflicts::recuse(tx, scene, user, &found)
}

/// What each member of the panel declared when signing, the latest signature of each.
pub fn signed_ties(c: &mut Conn, evaluation: EvaluationId) -> Result<HashMap<UserId, Vec<Tie>>> {
    let mut latest: HashMap<UserId, Vec<SignedTie>> = HashMap::new();
    for row in store::declarations(c, evaluation)? {
        latest.insert(row.user_id, serde_json::from_str(&row.ties)?);
    }
    let named: Vec<OrganizationId> = latest
        .values()
        .flatten()
        .map(|tie| tie.organization_id)
        .collect();
    if named.is_empty() {
        return Ok(HashMap::new());
    }
    let names = people::names(c, &named)?;
    let paths = people::paths(c, &named)?;
    Ok(latest
        .into_iter()
        .map(|(user, ties)| {
            let ties = ties
                .into_iter()
                .filter_map(|tie| {
                    Some(Tie {
                        kind: TieKind::Signed { kind: tie.kind },
                        path: paths.get(&tie.organization_id)?.clone(),
                        organization: names.get(&tie.organization_id)?.clone(),
                    })
                })
                .collect();
            (user, ties)
        })
        .collect())
}
