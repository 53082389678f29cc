//! Every table as diesel sees it. Written by hand with the migrations; a test holds it against both databases.

diesel::table! {
    organizations (id) {
        id -> BigInt,
        parent_id -> Nullable<BigInt>,
        committee_id -> BigInt,
        kind -> Text,
        name -> Text,
        short_name -> Text,
        code -> Text,
        position -> BigInt,
        path -> Text,
        disabled -> Bool,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        organization_id -> BigInt,
        staff_number -> Text,
        username -> Nullable<Text>,
        name -> Text,
        post -> Text,
        password_hash -> Nullable<Text>,
        demo -> Bool,
        disabled -> Bool,
        failed_logins -> BigInt,
        locked_until -> Nullable<Timestamp>,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    user_roles (id) {
        id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        organization_id -> BigInt,
        granted_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        kind -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        locked_key -> Nullable<Binary>,
    }
}

diesel::table! {
    idempotency_keys (id) {
        id -> BigInt,
        user_id -> BigInt,
        idempotency_key -> Text,
        request_digest -> Text,
        status -> BigInt,
        body -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    public_version (id) {
        id -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    holidays (day) {
        day -> Date,
        working -> Bool,
        name -> Text,
    }
}

diesel::table! {
    holiday_years (year) {
        year -> BigInt,
        digest -> Text,
        version -> BigInt,
        updated_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    audit_chains (id) {
        id -> BigInt,
        committee_id -> Nullable<BigInt>,
        count -> BigInt,
        head -> Text,
    }
}

diesel::table! {
    audit_events (id) {
        id -> BigInt,
        chain_id -> BigInt,
        seq -> BigInt,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        actor_name -> Text,
        organization_id -> Nullable<BigInt>,
        verb -> Text,
        subject_kind -> Text,
        subject_id -> BigInt,
        subject_version -> BigInt,
        round_id -> Nullable<BigInt>,
        detail -> Text,
        previous_digest -> Text,
        digest -> Text,
    }
}

diesel::table! {
    rounds (id) {
        id -> BigInt,
        committee_id -> BigInt,
        year -> BigInt,
        title -> Text,
        guide -> Text,
        state -> Text,
        opens_at -> Timestamp,
        deadline -> Timestamp,
        opening_at -> Timestamp,
        publicity_days -> BigInt,
        contract_days -> BigInt,
        onsite_weight -> BigInt,
        questionnaire_weight -> BigInt,
        appraisal_weight -> BigInt,
        process_weight -> BigInt,
        bid_count -> BigInt,
        published_at -> Nullable<Timestamp>,
        opened_at -> Nullable<Timestamp>,
        publicity_from -> Nullable<Date>,
        publicity_until -> Nullable<Date>,
        concluded_at -> Nullable<Timestamp>,
        cancel_reason -> Nullable<Text>,
        turn -> BigInt,
        version -> BigInt,
        created_by -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    topics (id) {
        id -> BigInt,
        round_id -> BigInt,
        position -> BigInt,
        lane -> Text,
        title -> Text,
        requirements -> Text,
        quota -> BigInt,
        budget_ceiling -> Nullable<BigInt>,
        minimum_bids -> BigInt,
        failed -> Bool,
    }
}

diesel::table! {
    schedule_amendments (id) {
        id -> BigInt,
        round_id -> BigInt,
        at -> Timestamp,
        actor_id -> BigInt,
        old_deadline -> Timestamp,
        new_deadline -> Timestamp,
        old_opening_at -> Timestamp,
        new_opening_at -> Timestamp,
        reason -> Text,
    }
}

diesel::table! {
    openings (id) {
        id -> BigInt,
        round_id -> BigInt,
        opened_by -> BigInt,
        witness_id -> BigInt,
        opened_at -> Timestamp,
        attendance -> Text,
        minute -> Text,
        checked -> BigInt,
        broken -> BigInt,
        audit_head -> Text,
    }
}

diesel::table! {
    round_questions (id) {
        id -> BigInt,
        round_id -> BigInt,
        organization_id -> BigInt,
        asked_by -> BigInt,
        asked_at -> Timestamp,
        question -> Text,
        answer -> Nullable<Text>,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    corrections (id) {
        id -> BigInt,
        round_id -> BigInt,
        posted_by -> BigInt,
        posted_at -> Timestamp,
        text -> Text,
    }
}

diesel::table! {
    round_origins (round_id) {
        round_id -> BigInt,
        origin_id -> BigInt,
        kind -> Text,
    }
}

diesel::table! {
    failed_topics (topic_id) {
        topic_id -> BigInt,
        round_id -> BigInt,
        failed_at -> Timestamp,
        valid_bids -> BigInt,
        decision -> Nullable<Text>,
        reason -> Nullable<Text>,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        next_round_id -> Nullable<BigInt>,
        joint_lead_id -> Nullable<BigInt>,
        agreed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    joint_bids (bid_id) {
        bid_id -> BigInt,
        topic_id -> BigInt,
        answer -> Nullable<Text>,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    announcements (id) {
        id -> BigInt,
        committee_id -> BigInt,
        round_id -> Nullable<BigInt>,
        kind -> Text,
        title -> Text,
        body -> Text,
        posted_at -> Timestamp,
        ends_on -> Nullable<Date>,
        superseded_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    bids (id) {
        id -> BigInt,
        round_id -> BigInt,
        organization_id -> BigInt,
        state -> Text,
        draft -> Binary,
        draft_revision -> BigInt,
        draft_saved_at -> Timestamp,
        sealed -> Nullable<Binary>,
        digest -> Nullable<Text>,
        receipt -> Nullable<Text>,
        submitted_at -> Nullable<Timestamp>,
        submitted_by -> Nullable<BigInt>,
        withdrawn_at -> Nullable<Timestamp>,
        void_reason -> Nullable<Text>,
        topic_id -> Nullable<BigInt>,
        title -> Nullable<Text>,
        leader_name -> Nullable<Text>,
        budget_total -> Nullable<BigInt>,
        version -> BigInt,
        created_by -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    bid_revisions (id) {
        id -> BigInt,
        bid_id -> BigInt,
        revision -> BigInt,
        content -> Binary,
        saved_by -> BigInt,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    attachments (id) {
        id -> BigInt,
        subject_kind -> Text,
        subject_id -> BigInt,
        organization_id -> BigInt,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Text,
        storage_key -> Text,
        uploaded_by -> BigInt,
        uploaded_at -> Timestamp,
        removed_at -> Nullable<Timestamp>,
        file_key -> Nullable<Binary>,
        sealed_facts -> Nullable<Binary>,
    }
}

diesel::table! {
    evaluations (id) {
        id -> BigInt,
        committee_id -> BigInt,
        subject_kind -> Text,
        round_id -> Nullable<BigInt>,
        state -> Text,
        drop_highest -> BigInt,
        drop_lowest -> BigInt,
        trim_from -> BigInt,
        threshold -> BigInt,
        mark_step -> BigInt,
        quorum_numerator -> BigInt,
        quorum_denominator -> BigInt,
        started_at -> Nullable<Timestamp>,
        locked_at -> Nullable<Timestamp>,
        version -> BigInt,
        aggregation -> Text,
        reopened -> Nullable<Text>,
        blind -> Bool,
    }
}

diesel::table! {
    criteria (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        position -> BigInt,
        name -> Text,
        description -> Text,
        full_marks -> BigInt,
    }
}

diesel::table! {
    panel_members (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        user_id -> BigInt,
        seat -> Text,
        alias -> Text,
        undertaking_at -> Nullable<Timestamp>,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    recusals (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        topic_id -> BigInt,
        user_id -> BigInt,
        cause -> Text,
        reason -> Text,
        at -> Timestamp,
        lifted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    recusal_lifts (id) {
        id -> BigInt,
        recusal_id -> BigInt,
        reason -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_at -> Timestamp,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    declared_posts (id) {
        id -> BigInt,
        user_id -> BigInt,
        organization_id -> BigInt,
        post -> Text,
        from_on -> Date,
        until_on -> Nullable<Date>,
        entered_by -> BigInt,
        entered_at -> Timestamp,
    }
}

diesel::table! {
    declared_relations (id) {
        id -> BigInt,
        user_id -> BigInt,
        kind -> Text,
        organization_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>,
        until_on -> Nullable<Date>,
        entered_by -> BigInt,
        entered_at -> Timestamp,
        withdrawn_by -> Nullable<BigInt>,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    draws (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        purpose -> Text,
        number -> BigInt,
        pool -> Text,
        seats -> BigInt,
        alternates -> BigInt,
        chair_id -> Nullable<BigInt>,
        excluded -> Text,
        reason -> Text,
        secret -> Text,
        commitment -> Text,
        prepared_by -> BigInt,
        prepared_at -> Timestamp,
        nonce -> Nullable<Text>,
        audit_head -> Nullable<Text>,
        seed -> Nullable<Text>,
        outcome -> Nullable<Text>,
        drawn_by -> Nullable<BigInt>,
        drawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    panel_substitutes (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        user_id -> BigInt,
        position -> BigInt,
        draw_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    panel_invitations (id) {
        id -> BigInt,
        member_id -> BigInt,
        state -> Text,
        sent_by -> BigInt,
        sent_at -> Timestamp,
        answered_at -> Nullable<Timestamp>,
        reason -> Text,
    }
}

diesel::table! {
    panel_replacements (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        out_member_id -> BigInt,
        in_member_id -> BigInt,
        reason -> Text,
        sheets_set_aside -> BigInt,
        scoring -> Bool,
        by_user_id -> BigInt,
        at -> Timestamp,
    }
}

diesel::table! {
    declarations (id) {
        id -> BigInt,
        member_id -> BigInt,
        evaluation_id -> BigInt,
        user_id -> BigInt,
        text_version -> BigInt,
        text_digest -> Text,
        ties -> Text,
        digest -> Text,
        signed_at -> Timestamp,
    }
}

diesel::table! {
    assignment_modes (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        per_bid -> BigInt,
        seed -> Nullable<Text>,
        digest -> Nullable<Text>,
        assigned_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    assignments (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        bid_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {
    score_sheets (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        subject_id -> BigInt,
        reviewer_id -> BigInt,
        state -> Text,
        marks -> Text,
        total -> BigInt,
        notes -> Text,
        submitted_at -> Nullable<Timestamp>,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    paper_sheets (id) {
        id -> BigInt,
        sheet_id -> BigInt,
        version_id -> Nullable<BigInt>,
        attachment_id -> BigInt,
        entered_by -> BigInt,
        entered_at -> Timestamp,
        reason -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sheet_versions (id) {
        id -> BigInt,
        sheet_id -> BigInt,
        kind -> Text,
        marks -> Text,
        total -> BigInt,
        notes -> Text,
        submitted_at -> Nullable<Timestamp>,
        reason -> Text,
        made_by -> BigInt,
        made_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        restored -> Bool,
    }
}

diesel::table! {
    results (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        computed_at -> Timestamp,
        body -> Text,
        digest -> Text,
        head -> Nullable<Text>,
    }
}

diesel::table! {
    result_rows (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        topic_id -> BigInt,
        subject_id -> BigInt,
        place -> BigInt,
        rank -> Nullable<BigInt>,
        shown -> Nullable<BigInt>,
        sheets -> BigInt,
        proposal -> Text,
        outcome -> Nullable<Text>,
        reserve_order -> Nullable<BigInt>,
        deviation_reason -> Nullable<Text>,
        line -> Nullable<Text>,
        counted_sheets -> Nullable<Text>,
        normalized -> Nullable<BigInt>,
    }
}

diesel::table! {
    tie_lots (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        topic_id -> BigInt,
        number -> BigInt,
        first_bid -> BigInt,
        bids -> Text,
        opened_at -> Timestamp,
        seed -> Nullable<Text>,
        outcome -> Nullable<Text>,
        drawn_at -> Nullable<Timestamp>,
        void_reason -> Nullable<Text>,
        voided_by -> Nullable<BigInt>,
        voided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    tie_lot_parts (id) {
        id -> BigInt,
        lots_id -> BigInt,
        part -> Text,
        user_id -> BigInt,
        commitment -> Text,
        committed_at -> Timestamp,
        salt -> Nullable<Text>,
        word -> Nullable<Text>,
        revealed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    superseded_results (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        objection_id -> Nullable<BigInt>,
        body -> Text,
        digest -> Text,
        computed_at -> Timestamp,
        decision -> Nullable<Text>,
        reason -> Text,
        superseded_at -> Timestamp,
        decision_id -> Nullable<BigInt>,
        published -> Bool,
    }
}

diesel::table! {
    fairness_reports (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        result_digest -> Text,
        body -> Text,
        digest -> Text,
        computed_at -> Timestamp,
    }
}

diesel::table! {
    decisions (id) {
        id -> BigInt,
        round_id -> BigInt,
        minute_number -> Text,
        minute_date -> Date,
        note -> Text,
        decided_by -> BigInt,
        decided_at -> Timestamp,
        fairness_digest -> Nullable<Text>,
    }
}

diesel::table! {
    objections (id) {
        id -> BigInt,
        round_id -> BigInt,
        bid_id -> Nullable<BigInt>,
        anonymous -> Bool,
        name -> Text,
        contact -> Text,
        content -> Text,
        code_digest -> Text,
        state -> Text,
        followups -> Text,
        lodged_at -> Timestamp,
        due_on -> Date,
        answer -> Nullable<Text>,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
        version -> BigInt,
        acknowledged_by -> Nullable<BigInt>,
        acknowledged_at -> Nullable<Timestamp>,
        effect -> Nullable<Text>,
    }
}

diesel::table! {
    contracts (id) {
        id -> BigInt,
        committee_id -> BigInt,
        organization_id -> BigInt,
        round_id -> BigInt,
        bid_id -> BigInt,
        year -> BigInt,
        serial -> BigInt,
        number -> Text,
        title -> Text,
        state -> Text,
        content -> Text,
        digest -> Text,
        content_version -> BigInt,
        starts_on -> Date,
        ends_on -> Date,
        terminate_reason -> Nullable<Text>,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    contract_serials (id) {
        id -> BigInt,
        committee_id -> BigInt,
        year -> BigInt,
        last -> BigInt,
    }
}

diesel::table! {
    contract_versions (id) {
        id -> BigInt,
        contract_id -> BigInt,
        content_version -> BigInt,
        content -> Text,
        digest -> Text,
        reason -> Text,
        created_by -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    signatures (id) {
        id -> BigInt,
        contract_id -> BigInt,
        content_version -> BigInt,
        party -> Text,
        user_id -> BigInt,
        name -> Text,
        post -> Text,
        digest -> Text,
        signed_at -> Timestamp,
    }
}

diesel::table! {
    projects (id) {
        id -> BigInt,
        contract_id -> BigInt,
        committee_id -> BigInt,
        organization_id -> BigInt,
        title -> Text,
        state -> Text,
        current_step -> Text,
        step_due -> Nullable<Date>,
        starts_on -> Date,
        ends_on -> Date,
        grade -> Nullable<Text>,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    steps (id) {
        id -> BigInt,
        project_id -> BigInt,
        kind -> Text,
        position -> BigInt,
        state -> Text,
        work -> Text,
        responsible -> Text,
        starts_on -> Date,
        ends_on -> Date,
        evidence -> Text,
        return_reason -> Nullable<Text>,
        submitted_at -> Nullable<Timestamp>,
        submitted_by -> Nullable<BigInt>,
        passed_at -> Nullable<Timestamp>,
        passed_by -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    acceptances (id) {
        id -> BigInt,
        project_id -> BigInt,
        committee_id -> BigInt,
        evaluation_id -> BigInt,
        attempt -> BigInt,
        state -> Text,
        onsite_weight -> BigInt,
        questionnaire_weight -> BigInt,
        appraisal_weight -> BigInt,
        process_weight -> BigInt,
        eligible_voters -> BigInt,
        minimum_turnout -> BigInt,
        minimum_answers -> BigInt,
        onsite_score -> Nullable<BigInt>,
        questionnaire_score -> Nullable<BigInt>,
        appraisal_score -> Nullable<BigInt>,
        process_score -> Nullable<BigInt>,
        total -> Nullable<BigInt>,
        grade -> Nullable<Text>,
        decision_note -> Nullable<Text>,
        certificate -> Nullable<Text>,
        opened_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
        decided_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    questions (id) {
        id -> BigInt,
        acceptance_id -> BigInt,
        position -> BigInt,
        kind -> Text,
        body -> Text,
        options -> Text,
    }
}

diesel::table! {
    voting_codes (code_digest) {
        code_digest -> Text,
        acceptance_id -> BigInt,
        kind -> Text,
        used -> Bool,
    }
}

diesel::table! {
    ballot_boxes (id) {
        id -> BigInt,
        acceptance_id -> BigInt,
        kind -> Text,
        content -> Text,
        receipts -> Text,
        turn -> BigInt,
    }
}

diesel::table! {
    cases (id) {
        id -> BigInt,
        project_id -> BigInt,
        committee_id -> BigInt,
        organization_id -> BigInt,
        title -> Text,
        establish -> Text,
        solve -> Text,
        brand -> Text,
        model -> Text,
        published_at -> Nullable<Timestamp>,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    sites (id) {
        id -> BigInt,
        project_id -> BigInt,
        committee_id -> BigInt,
        organization_id -> BigInt,
        name -> Text,
        place -> Text,
        premises -> Text,
        content -> Text,
        feature -> Text,
        state -> Text,
        stars -> BigInt,
        named_on -> Nullable<Date>,
        term_until -> Nullable<Date>,
        delist_reason -> Nullable<Text>,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    replications (id) {
        id -> BigInt,
        site_id -> Nullable<BigInt>,
        case_id -> Nullable<BigInt>,
        organization_id -> BigInt,
        adapted -> Text,
        effect -> Text,
        state -> Text,
        adopted_on -> Date,
        version -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    user_keys (user_id) {
        user_id -> BigInt,
        public_key -> Binary,
        locked_key -> Binary,
        salt -> Binary,
        cost -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    organization_keys (id) {
        id -> BigInt,
        organization_id -> BigInt,
        public_key -> Binary,
        made_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    organization_key_grants (id) {
        id -> BigInt,
        key_id -> BigInt,
        user_id -> BigInt,
        sealed_key -> Binary,
        granted_by -> Nullable<BigInt>,
        granted_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    round_keys (id) {
        id -> BigInt,
        round_id -> BigInt,
        public_key -> Binary,
        threshold -> BigInt,
        reason -> Text,
        made_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    round_key_shares (id) {
        id -> BigInt,
        key_id -> BigInt,
        user_id -> BigInt,
        seat -> Text,
        holder_key -> Binary,
        sealed_share -> Binary,
        given_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    bid_keys (bid_id) {
        bid_id -> BigInt,
        by_server -> Nullable<Binary>,
        by_round -> Nullable<Binary>,
        round_key_id -> Nullable<BigInt>,
        by_organization -> Nullable<Binary>,
        organization_key_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    similar_signings (round_id) {
        round_id -> BigInt,
        signing_id -> BigInt,
        committee_id -> BigInt,
        bids -> BigInt,
        parts -> BigInt,
        digest -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    similar_parts (signing_id, part) {
        signing_id -> BigInt,
        part -> BigInt,
        round_id -> BigInt,
        signatures -> Binary,
    }
}

diesel::table! {
    similar_searches (round_id) {
        round_id -> BigInt,
        bids -> BigInt,
        earlier -> BigInt,
        pairs -> BigInt,
        common -> Binary,
        searched_by -> BigInt,
        searched_at -> Timestamp,
    }
}

diesel::table! {
    similar_pairs (id) {
        id -> BigInt,
        round_id -> BigInt,
        position -> BigInt,
        kind -> Text,
        bid_id -> BigInt,
        other_id -> BigInt,
        topic_id -> Nullable<BigInt>,
        other_topic_id -> Nullable<BigInt>,
        jaccard -> BigInt,
        contained -> BigInt,
        decision -> Text,
        reason -> Text,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        version -> BigInt,
        found_at -> Timestamp,
    }
}

diesel::table! {
    mergers (id) {
        id -> BigInt,
        round_id -> BigInt,
        lead_bid_id -> BigInt,
        statement -> Text,
        reason -> Text,
        digest -> Text,
        state -> Text,
        ended_reason -> Nullable<Text>,
        proposed_by -> BigInt,
        proposed_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    merger_bids (merger_id, bid_id) {
        merger_id -> BigInt,
        bid_id -> BigInt,
        topic_id -> BigInt,
        answer -> Nullable<Text>,
        reason -> Nullable<Text>,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    topic_splits (topic_id) {
        topic_id -> BigInt,
        round_id -> BigInt,
        reason -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    topic_shares (topic_id, bid_id) {
        topic_id -> BigInt,
        bid_id -> BigInt,
        scope -> Text,
        budget -> BigInt,
    }
}

diesel::joinable!(organization_key_grants -> organization_keys (key_id));
diesel::joinable!(organization_key_grants -> users (user_id));
diesel::joinable!(round_key_shares -> round_keys (key_id));
diesel::joinable!(round_key_shares -> users (user_id));
diesel::joinable!(users -> organizations (organization_id));
diesel::joinable!(user_roles -> users (user_id));
diesel::joinable!(user_roles -> organizations (organization_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(audit_events -> audit_chains (chain_id));
diesel::joinable!(rounds -> organizations (committee_id));
diesel::joinable!(topics -> rounds (round_id));
diesel::joinable!(schedule_amendments -> rounds (round_id));
diesel::joinable!(openings -> rounds (round_id));
diesel::joinable!(announcements -> organizations (committee_id));
diesel::joinable!(announcements -> rounds (round_id));
diesel::joinable!(bids -> rounds (round_id));
diesel::joinable!(bids -> organizations (organization_id));
diesel::joinable!(bids -> topics (topic_id));
diesel::joinable!(bid_revisions -> bids (bid_id));
diesel::joinable!(mergers -> rounds (round_id));
diesel::joinable!(merger_bids -> mergers (merger_id));
diesel::joinable!(merger_bids -> bids (bid_id));
diesel::joinable!(topic_shares -> bids (bid_id));
diesel::joinable!(attachments -> organizations (organization_id));
diesel::joinable!(evaluations -> organizations (committee_id));
diesel::joinable!(evaluations -> rounds (round_id));
diesel::joinable!(criteria -> evaluations (evaluation_id));
diesel::joinable!(panel_members -> evaluations (evaluation_id));
diesel::joinable!(panel_members -> users (user_id));
diesel::joinable!(recusals -> evaluations (evaluation_id));
diesel::joinable!(recusals -> topics (topic_id));
diesel::joinable!(recusals -> users (user_id));
diesel::joinable!(recusal_lifts -> recusals (recusal_id));
diesel::joinable!(declared_posts -> organizations (organization_id));
diesel::joinable!(declared_relations -> organizations (organization_id));
diesel::joinable!(panel_invitations -> panel_members (member_id));
diesel::joinable!(panel_substitutes -> evaluations (evaluation_id));
diesel::joinable!(declarations -> evaluations (evaluation_id));
diesel::joinable!(assignments -> evaluations (evaluation_id));
diesel::joinable!(assignment_modes -> evaluations (evaluation_id));
diesel::joinable!(score_sheets -> evaluations (evaluation_id));
diesel::joinable!(score_sheets -> users (reviewer_id));
diesel::joinable!(sheet_versions -> score_sheets (sheet_id));
diesel::joinable!(paper_sheets -> score_sheets (sheet_id));
diesel::joinable!(paper_sheets -> users (entered_by));
diesel::joinable!(results -> evaluations (evaluation_id));
diesel::joinable!(result_rows -> evaluations (evaluation_id));
diesel::joinable!(superseded_results -> evaluations (evaluation_id));
diesel::joinable!(tie_lots -> evaluations (evaluation_id));
diesel::joinable!(tie_lot_parts -> tie_lots (lots_id));
diesel::joinable!(fairness_reports -> evaluations (evaluation_id));
diesel::joinable!(decisions -> rounds (round_id));
diesel::joinable!(objections -> rounds (round_id));
diesel::joinable!(objections -> bids (bid_id));
diesel::joinable!(contracts -> rounds (round_id));
diesel::joinable!(contracts -> bids (bid_id));
diesel::joinable!(contract_serials -> organizations (committee_id));
diesel::joinable!(contract_versions -> contracts (contract_id));
diesel::joinable!(signatures -> contracts (contract_id));
diesel::joinable!(signatures -> users (user_id));
diesel::joinable!(projects -> contracts (contract_id));
diesel::joinable!(steps -> projects (project_id));
diesel::joinable!(acceptances -> projects (project_id));
diesel::joinable!(acceptances -> organizations (committee_id));
diesel::joinable!(acceptances -> evaluations (evaluation_id));
diesel::joinable!(questions -> acceptances (acceptance_id));
diesel::joinable!(voting_codes -> acceptances (acceptance_id));
diesel::joinable!(ballot_boxes -> acceptances (acceptance_id));
diesel::joinable!(cases -> projects (project_id));
diesel::joinable!(sites -> projects (project_id));
diesel::joinable!(replications -> sites (site_id));
diesel::joinable!(replications -> cases (case_id));
diesel::joinable!(replications -> organizations (organization_id));
diesel::joinable!(failed_topics -> topics (topic_id));
diesel::joinable!(joint_bids -> bids (bid_id));
diesel::allow_tables_to_appear_in_same_query!(
    similar_signings,
    similar_parts,
    similar_searches,
    similar_pairs,
    mergers,
    merger_bids,
    topic_splits,
    topic_shares,
    acceptances,
    announcements,
    assignment_modes,
    assignments,
    attachments,
    audit_chains,
    audit_events,
    ballot_boxes,
    bid_keys,
    bid_revisions,
    bids,
    cases,
    contract_serials,
    contract_versions,
    contracts,
    corrections,
    criteria,
    decisions,
    fairness_reports,
    superseded_results,
    tie_lots,
    tie_lot_parts,
    sheet_versions,
    declarations,
    declared_posts,
    declared_relations,
    draws,
    evaluations,
    holiday_years,
    failed_topics,
    holidays,
    idempotency_keys,
    joint_bids,
    objections,
    openings,
    organization_key_grants,
    organization_keys,
    organizations,
    panel_invitations,
    panel_members,
    panel_replacements,
    panel_substitutes,
    paper_sheets,
    projects,
    public_version,
    questions,
    recusal_lifts,
    recusals,
    replications,
    result_rows,
    results,
    round_key_shares,
    round_keys,
    round_origins,
    round_questions,
    rounds,
    schedule_amendments,
    score_sheets,
    sessions,
    settings,
    signatures,
    sites,
    steps,
    topics,
    user_keys,
    user_roles,
    users,
    voting_codes,
);
