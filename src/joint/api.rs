//! `/api/v1/rounds/{id}/joint` and `/api/v1/joint/{id}`.

use super::scene::JointScene;
use super::view::{self, JointBidShown};
use crate::error::Result;
use crate::ids::{JointId, RoundId};
use crate::rounds;
use crate::tables::Sheet;
use crate::verbs::reading;
use crate::web::{Ask, Listing, PageQuery, Reply};

pub fn list(ask: &mut Ask, id: RoundId) -> Result<Listing<JointBidShown>> {
    let query: PageQuery = ask.query()?;
    let (c, actor, _) = ask.parts();
    let round = rounds::visible(c, actor, id)?;
    view::listing(c, actor, &round, query.after()?, query.limit())
}

pub const JOINT: Sheet<JointBidShown> = Sheet {
    name: "联合申报",
    columns: &[
        ("编号", |row| row.joint.id.0.into()),
        ("状态", |row| row.joint.state.label().into()),
        ("参加组织", |row| {
            let members = row.members.iter();
            let named: Vec<&str> = members
                .map(|one| one.member.organization.as_str())
                .collect();
            named.join("、").into()
        }),
        ("联合方案", |row| row.joint.statement.as_str().into()),
        ("理由", |row| row.joint.reason.as_str().into()),
        ("提出时间", |row| row.joint.proposed_at.into()),
        ("结束时间", |row| row.joint.ended_at.into()),
    ],
};

pub fn show(ask: &mut Ask, id: JointId) -> Result<Reply> {
    reading::<JointScene>(ask, id)
}
