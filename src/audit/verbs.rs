//! Every verb of the trail: the inventory of what can happen.

crate::text_enum! {
    /// What was done.
    Verb {
        OrganizationCreated = "organization.create" "新建组织",
        OrganizationChanged = "organization.change" "修改组织",
        UserCreated = "user.create" "新建人员",
        UserChanged = "user.change" "修改人员",
        UserDisabled = "user.disable" "停用账号",
        PasswordChanged = "user.password" "更改口令",
        RoleGranted = "role.grant" "授予角色",
        RoleRevoked = "role.revoke" "收回角色",
        LoginSucceeded = "session.login" "登录",
        LoginFailed = "session.refuse" "登录失败",
        AccountLocked = "session.lock" "账号锁定",
        LoggedOut = "session.logout" "退出",
        ReadingRefused = "access.refuse" "越权查看被拒绝",
        SettingChanged = "setting.change" "修改设置",
        HolidaysChanged = "holidays.change" "修改节假日表",
        RoundCreated = "round.create" "建立批次",
        RoundChanged = "round.change" "修改批次",
        RoundPublished = "round.publish" "发布批次",
        RoundExtended = "round.extend" "延长截止",
        RoundSharedAgain = "round.share_again" "重新分发密钥份额",
        RoundKeyRenewed = "round.renew_key" "更换开标密钥",
        BidSealedAgain = "bid.seal_again" "重新封装申报书",
        KeyGranted = "organization.grant_key" "授权查看密封申报书",
        RoundOpened = "round.open" "开标",
        RoundScoringStarted = "round.score" "开始评分",
        RoundLocked = "round.lock" "锁定评分",
        TieRecorded = "round.tie" "记录同分排序",
        RoundDecided = "round.decide" "党委决定",
        RoundPublicized = "round.publicize" "发布公示",
        RoundConcluded = "round.conclude" "办结批次",
        RoundCorrected = "round.correct" "更正公告",
        QuestionAsked = "question.ask" "提问",
        QuestionAnswered = "question.answer" "答疑",
        TopicsFailed = "topic.fail" "标的流标",
        FailedTopicDecided = "topic.decide" "决定流标标的",
        JointAnswered = "joint.answer" "答复联合攻关",
        RoundCancelled = "round.cancel" "取消批次",
        PanelChanged = "panel.change" "组成评审委员会",
        DrawPrepared = "draw.prepare" "准备抽签",
        DrawCompleted = "draw.complete" "抽签",
        SubstitutesNamed = "panel.substitutes" "确定候补委员",
        PanelInvited = "panel.invite" "邀请评审委员",
        InvitationAnswered = "panel.answer" "答复邀请",
        MemberReplaced = "panel.replace" "替换评审委员",
        BidsAssigned = "panel.assign" "分配评审任务",
        AssignmentModeChanged = "panel.mode" "设定评审分工",
        UndertakingSigned = "panel.undertake" "签署评审承诺",
        BidCreated = "bid.create" "起草申报",
        BidSubmitted = "bid.submit" "提交申报",
        BidWithdrawn = "bid.withdraw" "撤回申报",
        BidVoided = "bid.void" "废标",
        BidLateRefused = "bid.late" "逾期提交被拒绝",
        SimilarSearched = "similar.search" "查找相似申报",
        SimilarDismissed = "similar.dismiss" "认定不属相似",
        AttachmentAdded = "attachment.add" "上传附件",
        AttachmentRemoved = "attachment.remove" "移除附件",
        SheetSaved = "sheet.save" "保存评分",
        SheetSubmitted = "sheet.submit" "提交评分",
        SheetReopened = "sheet.reopen" "退回评分",
        RecusalDeclared = "recusal.declare" "申请回避",
        RecusalLiftProposed = "recusal.propose_lift" "提出解除回避",
        RecusalLiftAnswered = "recusal.answer_lift" "答复解除回避",
        PostDeclared = "interest.post" "登记任职",
        PostEnded = "interest.end_post" "登记任职结束",
        RelationDeclared = "interest.relation" "登记利害关系",
        RelationWithdrawn = "interest.withdraw" "撤回利害关系",
        ObjectionLodged = "objection.lodge" "提出异议",
        ObjectionFollowed = "objection.follow" "补充异议",
        ObjectionAcknowledged = "objection.acknowledge" "受理异议",
        ObjectionAnswered = "objection.answer" "答复异议",
        ContractDrafted = "contract.draft" "起草合同",
        ContractSigned = "contract.sign" "签署合同",
        ContractAmended = "contract.amend" "变更合同",
        ContractTerminated = "contract.terminate" "终止合同",
        ProjectStarted = "project.start" "项目立项",
        StepSaved = "step.save" "保存步骤材料",
        StepSubmitted = "step.submit" "提交步骤",
        StepPassed = "step.pass" "通过步骤",
        StepReturned = "step.return" "退回步骤",
        AcceptanceOpened = "acceptance.open" "开始验收",
        AcceptanceCodesIssued = "acceptance.codes" "发放投票码",
        AcceptanceClosed = "acceptance.close" "截止投票",
        AcceptanceDecided = "acceptance.decide" "认定验收结果",
        CaseSaved = "case.save" "保存案例",
        CasePublished = "case.publish" "发布案例",
        SiteNominated = "site.nominate" "推荐示范点",
        SiteNamed = "site.name" "命名示范点",
        SiteRechecked = "site.recheck" "复核示范点",
        SiteDelisted = "site.delist" "摘牌",
        ReplicationAdopted = "replication.adopt" "复制推广",
        ReplicationReported = "replication.report" "反馈复制成效",
        ReplicationConfirmed = "replication.confirm" "确认复制成效",
    }
}

/// What events are about, for people.
const SUBJECTS: &[(&str, &str)] = &[
    ("organization", "组织"),
    ("user", "人员"),
    ("session", "会话"),
    ("holidays", "节假日表"),
    ("round", "批次"),
    ("bid", "申报书"),
    ("attachment", "附件"),
    ("evaluation", "评审"),
    ("score_sheet", "评分表"),
    ("objection", "异议"),
    ("contract", "合同"),
    ("project", "项目"),
    ("step", "步骤"),
    ("acceptance", "验收"),
    ("case", "案例"),
    ("site", "示范点"),
    ("replication", "复制推广"),
];

/// The label of a kind of subject; a kind without one is shown as it is.
pub fn subject_label(kind: &str) -> &str {
    SUBJECTS
        .iter()
        .find(|(code, _)| *code == kind)
        .map_or(kind, |(_, label)| *label)
}

/// The kind that is meant by a label or by itself.
pub fn subject_kind(text: &str) -> &str {
    SUBJECTS
        .iter()
        .find(|(_, label)| *label == text)
        .map_or(text, |(code, _)| *code)
}
