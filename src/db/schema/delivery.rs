//! Tables of contracts, projects, acceptances, the showcase.

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
        first_submitted_at -> Nullable<Timestamp>,
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
        voters_confirmed_by -> Nullable<BigInt>,
        voters_confirmed_at -> Nullable<Timestamp>,
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
        voided -> Bool,
    }
}

diesel::table! {
    code_issues (acceptance_id, kind, nth) {
        acceptance_id -> BigInt,
        kind -> Text,
        nth -> BigInt,
        act -> Text,
        count -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    code_asks (id) {
        id -> BigInt,
        acceptance_id -> BigInt,
        kind -> Text,
        count -> BigInt,
        asked_by -> BigInt,
        asked_at -> Timestamp,
        agreed_by -> Nullable<BigInt>,
        agreed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    box_keys (id) {
        id -> BigInt,
        acceptance_id -> BigInt,
        public_key -> Binary,
        threshold -> BigInt,
        made_at -> Timestamp,
    }
}

diesel::table! {
    box_key_shares (id) {
        id -> BigInt,
        key_id -> BigInt,
        user_id -> BigInt,
        seat -> Text,
        holder_key -> Binary,
        sealed_share -> Binary,
        given_at -> Timestamp,
    }
}

diesel::table! {
    acceptance_notes (id) {
        id -> BigInt,
        acceptance_id -> BigInt,
        said -> Text,
        reason -> Text,
        actor_id -> Nullable<BigInt>,
        created_at -> Timestamp,
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
        votes -> BigInt,
        sealed -> Nullable<Binary>,
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
        folded -> Text,
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
        folded -> Text,
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
