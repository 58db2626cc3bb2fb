from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from functions.aws.observability import FAMILIES
from infra.commands.place import TABLES
from infra.deploying import formation, removing
from infra.local import certificates, wallet
from loyalty.store import keys
from loyalty.store.dynamodb import MEMBERS, WAITING
from tests.infra import rules
from tests.support.extent import FULL

if TYPE_CHECKING:
    from collections.abc import Callable

    Rule = Callable[[rules.Template], Any]
    Break = Callable[[dict[str, Any]], Any]

ROOT = Path(__file__).resolve().parent.parent.parent
FUNCTIONS = {
    *("Join", "CardPage", "Apple", "Google", "GoogleCallback", "Webhooks", "Redemptions", "Api"),
    *("Orders", "Router", "PushApple", "PushGoogle", "Sweeper", "LedgerRouter", "Nightly"),
    *(
        "Watch",
        "TellEvents",
        "SendEvents",
        "Owner",
        "Moving",
        "Program",
        "SignIn",
        "Designs",
        "Campaigns",
        "CampaignWorker",
        "Channels",
        "ChannelWorker",
        "Console",
        "Figures",
    ),
}


@pytest.mark.parametrize("rule", [*rules.EVERYWHERE, *rules.OUTSIDE_LOCAL])
def test_a_real_deployment_keeps_every_promise(rule: Rule, production: dict[str, Any]) -> None:
    assert list(rule(production)) == []


@pytest.mark.parametrize("rule", rules.EVERYWHERE)
def test_the_local_shape_keeps_them_too(rule: Rule, local: dict[str, Any]) -> None:
    assert list(rule(local)) == []


def statement(role: str, index: int = 1) -> Break:
    return lambda r: r[f"{role}Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][
        index
    ]


def properties(name: str) -> Break:
    return lambda r: r[name]["Properties"]


def setting(find: Break, key: str, value: Any) -> Break:
    return lambda r: find(r).__setitem__(key, value)


def dropping(find: Break, key: str) -> Break:
    return lambda r: find(r).pop(key)


def mapping(name: str) -> Break:
    return lambda r: next(
        resource["Properties"]
        for resource_name, resource in r.items()
        if resource_name.startswith(f"{name}EventSourceMapping")
    )


OVERRIDE = {"Variables": {"STAGE": "production", "APNS_URL": "https://127.0.0.1:1"}}
ANYBODY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
BREAKS: list[tuple[Rule, Break, str]] = [
    (
        rules.tables_are_kept,
        dropping(properties("LedgerTable"), "PointInTimeRecoverySpecification"),
        "LedgerTable has no point-in-time recovery",
    ),
    (
        rules.tables_are_kept,
        dropping(properties("StateTable"), "SSESpecification"),
        "StateTable is not encrypted",
    ),
    (rules.tables_are_kept, lambda r: r["LedgerTable"].pop("DeletionPolicy"), "DeletionPolicy"),
    (
        rules.tables_are_kept,
        setting(properties("LedgerTable"), "TimeToLiveSpecification", {"Enabled": True}),
        "LedgerTable: items may expire",
    ),
    (
        rules.tables_are_kept,
        setting(
            properties("StateTable"),
            "StreamSpecification",
            {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        ),
        "carries more than keys",
    ),
    (
        rules.tables_are_protected,
        setting(properties("StateTable"), "DeletionProtectionEnabled", value=False),
        "StateTable can be deleted",
    ),
    (
        rules.queues_lose_nothing,
        dropping(properties("InboxQueue"), "RedrivePolicy"),
        "InboxQueue feeds a function",
    ),
    (
        rules.queues_lose_nothing,
        lambda r: r["WatchLambdaFunction"]["Properties"]["Environment"]["Variables"][
            "LAST_RESORT_QUEUE_URLS"
        ]["Fn::Join"][1].pop(2),
        "nobody is told when something lies in GoogleDeadLetters",
    ),
    (
        rules.queues_lose_nothing,
        lambda r: statement("Watch")(r)["Resource"].pop(-1),
        "nobody is told when something lies in StreamFailures",
    ),
    (
        rules.queues_lose_nothing,
        setting(properties("AppleDeadLetters"), "MessageRetentionPeriod", 345600),
        "14 days",
    ),
    (
        rules.work_is_taken_safely,
        setting(properties("AppleQueue"), "VisibilityTimeout", 179),
        "AppleQueue shows messages again",
    ),
    (
        rules.work_is_taken_safely,
        dropping(mapping("Router"), "FunctionResponseTypes"),
        "Router cannot fail for a part",
    ),
    (
        rules.work_is_taken_safely,
        dropping(mapping("LedgerRouter"), "DestinationConfig"),
        "LedgerRouter drops records",
    ),
    (
        rules.roles_are_narrow,
        setting(properties("JoinLambdaFunction"), "Role", {"Fn::GetAtt": ["ApiRole", "Arn"]}),
        "Join has no role of its own",
    ),
    (
        rules.roles_are_narrow,
        setting(statement("Google"), "Action", ["dynamodb:*"]),
        "GoogleRole may dynamodb:*",
    ),
    (
        rules.roles_are_narrow,
        setting(statement("Google"), "Resource", "*"),
        "GoogleRole reaches *",
    ),
    (
        rules.roles_are_narrow,
        setting(properties("ApiRole"), "AssumeRolePolicyDocument", ANYBODY),
        "others than Lambda",
    ),
    (
        rules.ledger_is_append_only,
        dropping(statement("Orders", 3), "Condition"),
        "OrdersRole may write entries outside a transaction",
    ),
    (
        rules.ledger_is_append_only,
        setting(statement("Orders", 4), "Action", ["dynamodb:UpdateItem"]),
        "OrdersRole may dynamodb:UpdateItem on the ledger",
    ),
    (
        rules.ledger_is_append_only,
        setting(statement("Orders", 3), "Action", ["dynamodb:PutItem", "dynamodb:BatchWriteItem"]),
        "dynamodb:BatchWriteItem",
    ),
    (
        rules.joining_writes_members_only,
        setting(statement("Join", 2), "Condition", {}),
        "joining may write more than members",
    ),
    (
        rules.joining_writes_members_only,
        setting(statement("Join", 1), "Action", ["dynamodb:GetItem", "dynamodb:UpdateItem"]),
        "joining may dynamodb:GetItem, dynamodb:UpdateItem",
    ),
    (
        rules.data_keys_are_for_readers,
        lambda r: statement("Orders", 2)(r).__setitem__("Resource", {"Fn::GetAtt": ["KeysTable"]}),
        "data keys are reached by",
    ),
    (
        rules.recovery_is_as_long_as_it_may_be,
        dropping(
            lambda r: r["KeysTable"]["Properties"]["PointInTimeRecoverySpecification"],
            "RecoveryPeriodInDays",
        ),
        "KeysTable is not recovered for 7 days",
    ),
    (
        rules.a_second_is_never_dear,
        dropping(lambda r: r["LedgerTable"]["Properties"], "OnDemandThroughput"),
        "LedgerTable has no MaxReadRequestUnits",
    ),
    (
        rules.a_second_is_never_dear,
        setting(
            lambda r: r["StateTable"]["Properties"]["OnDemandThroughput"],
            "MaxWriteRequestUnits",
            40_000,
        ),
        "StateTable has no MaxWriteRequestUnits",
    ),
    (
        rules.sending_reaches_no_member,
        dropping(statement("SendEvents", 2), "Condition"),
        "sending reaches more of the tables",
    ),
    (
        rules.sending_reaches_no_member,
        setting(statement("SendEvents", 3), "Resource", {"Fn::Sub": "…/master-key"}),
        "sending reads other secrets",
    ),
    (
        rules.functions_are_alike,
        lambda r: r.pop("ApiLogGroup"),
        "the log of Api",
    ),
    (rules.functions_are_alike, setting(properties("ApiLambdaFunction"), "Timeout", 60), "Api may"),
    (
        rules.roles_are_narrow,
        setting(properties("NightlyScheduleRole"), "AssumeRolePolicyDocument", ANYBODY),
        "others than Scheduler",
    ),
    (
        rules.roles_are_narrow,
        lambda r: r.pop("NightlySchedule"),
        "NightlyScheduleRole belongs to no function",
    ),
    (rules.alarms_ring, lambda r: r.pop("LedgerIsWrong"), "told of LedgerIsWrong"),
    (rules.alarms_ring, lambda r: r.pop("OwnerMustAct"), "told of OwnerMustAct"),
    (rules.alarms_ring, lambda r: r.pop("FunctionsFail"), "told of FunctionsFail-production"),
    (rules.alarms_ring, lambda r: r.pop("CardsLate"), "told of IteratorAge of RouterLambda"),
    (rules.alarms_ring, lambda r: r.pop("WatchFinds"), "told of WatchFinds"),
    (
        rules.every_function_that_fails_is_counted,
        lambda r: r.pop("OrdersFailures"),
        "nobody counts when Orders fails",
    ),
    (
        rules.every_function_that_fails_is_counted,
        setting(properties("JoinLambdaFunction"), "LoggingConfig", {"LogFormat": "Text"}),
        "that Join has failed",
    ),
    (
        rules.nothing_secret_is_a_setting,
        setting(
            properties("JoinLambdaFunction"), "Environment", {"Variables": {"KEY": "whsec_AAAA"}}
        ),
        "Join has KEY in the open",
    ),
    (
        rules.no_function_keeps_others_waiting,
        setting(properties("JoinLambdaFunction"), "ReservedConcurrentExecutions", 5),
        "Join reserves concurrency",
    ),
    (
        rules.no_function_keeps_others_waiting,
        dropping(mapping("PushApple"), "ScalingConfig"),
        "AppleQueue may take every function",
    ),
    (
        rules.every_table_goes_elsewhere,
        lambda r: r.pop("BackupKeysSchedule"),
        "KeysTable is never exported",
    ),
    (rules.alarms_ring, dropping(properties("FunctionsFail"), "AlarmActions"), "tells nobody"),
    (
        rules.alarms_ring,
        setting(properties("OwnerMustAct"), "AlarmDescription", "Something is wrong."),
        "OwnerMustAct does not say what GoogleStillPersonal is",
    ),
    (
        rules.alarms_ring,
        setting(properties("WatchFinds"), "TreatMissingData", "notBreaching"),
        "the watch is silent",
    ),
    (
        rules.alarms_ring,
        lambda r: r.update({"OneMore": copy.deepcopy(r["HttpErrors"])}),
        "more than 10 metrics",
    ),
    (
        rules.alarms_ring,
        setting(properties("CardsLate"), "Metrics", [{"Id": name} for name in ("a", "b")]),
        "more than 10 metrics",
    ),
    (
        rules.http_is_limited,
        dropping(properties("HttpApiStage"), "DefaultRouteSettings"),
        "not throttled",
    ),
    (rules.alarms_ring, lambda r: r.pop("RequestsThrottled"), "RequestsThrottled"),
    (rules.alarms_ring, lambda r: r.pop("FunctionsThrottled"), "Throttles"),
    (
        rules.gateways_refusals_are_counted,
        lambda r: r.pop("RequestsThrottledFilter"),
        "nobody counts",
    ),
    (
        rules.http_is_limited,
        lambda r: r["HttpApiStage"]["Properties"]["RouteSettings"].pop("POST /webhooks/{endpoint}"),
        "sales would be refused",
    ),
    (
        rules.http_is_limited,
        lambda r: r["HttpApiStage"]["Properties"]["RouteSettings"].update({"POST /nowhere": {}}),
        "no route",
    ),
    (
        rules.http_is_limited,
        setting(
            lambda r: r["HttpApiStage"]["Properties"]["AccessLogSettings"],
            "Format",
            '{"path":"$context.path"}',
        ),
        "holds the path",
    ),
    (
        rules.no_way_out,
        setting(properties("PushAppleLambdaFunction"), "Environment", OVERRIDE),
        "PushApple has APNS_URL",
    ),
]


@pytest.mark.parametrize(("rule", "broken", "sentence"), BREAKS)
def test_a_broken_promise_is_noticed(
    rule: Rule, broken: Break, sentence: str, production: dict[str, Any]
) -> None:
    template = copy.deepcopy(production)
    broken(template["Resources"])
    assert [found for found in rule(template) if sentence in found]


def test_every_function_of_the_house_is_deployed(production: dict[str, Any]) -> None:
    deployed = rules.functions(production)
    assert set(deployed) == FUNCTIONS
    for function in deployed.values():
        module = function["Handler"].removesuffix(".handler")
        assert (ROOT / f"{module}.py").exists(), module


def test_both_stages_deploy_the_same_resources(
    production: dict[str, Any], local: dict[str, Any]
) -> None:
    def kinds(template: dict[str, Any]) -> dict[str, str]:
        return {name: resource["Type"] for name, resource in template["Resources"].items()}

    assert kinds(production) == kinds(local)


def test_only_the_local_stage_redirects_endpoints(local: dict[str, Any]) -> None:
    for function in rules.functions(local).values():
        assert set(function["Environment"]["Variables"]) >= rules.OVERRIDES


def test_the_local_stage_names_whom_the_development_certificates_name(
    local: dict[str, Any],
) -> None:
    variables = rules.functions(local)["Apple"]["Environment"]["Variables"]
    assert variables["APPLE_PASS_TYPE_IDENTIFIER"] == certificates.PASS_TYPE_IDENTIFIER
    assert variables["APPLE_TEAM_IDENTIFIER"] == certificates.TEAM_IDENTIFIER
    assert variables["GOOGLE_ISSUER_ID"] == wallet.ISSUER_ID


def test_google_gets_one_card_at_a_time_and_the_sweeper_runs_every_minute(
    production: dict[str, Any],
) -> None:
    resources = production["Resources"]
    assert resources["GoogleQueue"]["Properties"]["FifoQueue"] is True
    times = {
        rules.target(rule["Properties"]["Targets"][0]["Arn"]): rule["Properties"][
            "ScheduleExpression"
        ]
        for rule in rules.of(production, "AWS::Events::Rule").values()
    }
    assert times["SweeperLambdaFunction"] == "rate(1 minute)"


def test_the_night_begins_at_nine_in_the_zone_that_the_deployment_names(
    production: dict[str, Any],
) -> None:
    schedule = rules.of(production, "AWS::Scheduler::Schedule")["NightlySchedule"]
    properties = schedule["Properties"]
    assert properties["ScheduleExpression"] == {"Fn::Sub": "cron(0 ${NightlyHour} * * ? *)"}
    assert properties["ScheduleExpressionTimezone"] == {"Ref": "NightlyZone"}
    assert production["Parameters"]["NightlyHour"]["Default"] == 9
    assert rules.target(properties["Target"]["Arn"]) == "NightlyLambdaFunction"


def heard(production: dict[str, Any], function: str) -> list[tuple[list[str], Any]]:
    """Return which records a function hears of: their events, and their sort keys if named."""
    (found,) = [
        one
        for one in rules.mappings(production)
        if rules.target(one["FunctionName"]) == f"{function}LambdaFunction"
    ]
    patterns = [json.loads(one["Pattern"]) for one in found["FilterCriteria"]["Filters"]]
    return [
        (one["eventName"], one["dynamodb"]["Keys"]["sk"]["S"] if "dynamodb" in one else None)
        for one in patterns
    ]


def test_the_routers_hear_of_what_they_hand_on_only(production: dict[str, Any]) -> None:
    assert heard(production, "Router") == [
        (["INSERT", "MODIFY"], ["ACCOUNT", "ORDER"]),
        (["INSERT"], [{"prefix": "PROGRAM#"}]),
        (["MODIFY"], [{"prefix": "ASK#"}, {"prefix": "INVITED#"}]),
    ]
    assert heard(production, "LedgerRouter") == [
        (["MODIFY", "REMOVE"], None),
        (["INSERT"], [{"prefix": "E#"}]),
    ]


def test_the_indexes_are_those_that_the_store_asks(production: dict[str, Any]) -> None:
    indexes = production["Resources"]["StateTable"]["Properties"]["GlobalSecondaryIndexes"]
    found = {
        one["IndexName"]: [part["AttributeName"] for part in one["KeySchema"]] for one in indexes
    }
    assert found == {WAITING: ["wp", "wt"], MEMBERS: ["mp", "mo"]}
    assert {one["Projection"]["ProjectionType"] for one in indexes} == {"KEYS_ONLY"}


def test_only_who_walks_or_searches_may_list_members(production: dict[str, Any]) -> None:
    roles = rules.of(production, "AWS::IAM::Role")
    found = {
        (name, *rules.as_list(statement["Action"]))
        for name, role in roles.items()
        for statement in rules.statements(role)
        if "/index/members" in json.dumps(statement["Resource"])
    }
    # The night walks, staff search, figures are worked out of everybody, and segments are of all.
    roles_found = {"NightlyRole", "ApiRole", "MovingRole", "CampaignsRole", "CampaignWorkerRole"}
    assert found == {(name, "dynamodb:Query") for name in roles_found}


def test_who_runs_campaigns_may_write_all_that_it_does_by_itself(
    production: dict[str, Any],
) -> None:
    """Hold it here: the emulator takes conditions on leading keys as met, AWS does not."""
    role = rules.of(production, "AWS::IAM::Role")["CampaignWorkerRole"]
    allowed = {
        pattern
        for statement in rules.statements(role)
        if "dynamodb:PutItem" in rules.as_list(statement["Action"])
        for condition in statement.get("Condition", {}).values()
        for pattern in condition.get("dynamodb:LeadingKeys", ())
    }
    for key in (
        keys.account_key("coffee", "ann"),
        keys.reached_key("coffee", "ann"),
        keys.claim_of_key("coffee", "spring", "once", "ann"),
        keys.spent_key("coffee", "spring"),
        keys.group_key("coffee", "brunch", "abcdefghijkl"),
        keys.entered_key("coffee", "spring"),
        keys.audit_key("coffee", 1, "a"),
    ):
        assert any(fnmatchcase(key.pk, one) for one in allowed), key


def test_the_deployment_page_counts_alarms_limits_and_parameters(
    production: dict[str, Any],
) -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    alarms = rules.of(production, "AWS::CloudWatch::Alarm")
    told = page.partition("## Alarms")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)) == set(alarms)
    assert {name for name in FAMILIES if f"`{name}`" not in told} == set()
    stage = production["Resources"]["HttpApiStage"]["Properties"]
    limits = {"every other": stage["DefaultRouteSettings"]}
    limits |= {f"`{route}`": one for route, one in stage["RouteSettings"].items()}
    for route, one in limits.items():
        rate, burst = one["ThrottlingRateLimit"], one["ThrottlingBurstLimit"]
        assert re.search(
            rf"^\| {re.escape(route)} \| .* \| {rate} \| {burst} \|$", page, re.MULTILINE
        ), route
    described = ("stages/default.yml", "cloudformation/tables.yml")
    settings = "".join((ROOT / "infra" / one).read_text(encoding="utf-8") for one in described)
    built = {"artifact", "drawing-artifact", "state-table", "ledger-table", "keys-table"}
    for parameter in set(re.findall(r"\$\{param:([a-z-]+)", settings)) - built:
        assert f"`{parameter}`" in page, parameter


def test_the_local_page_names_every_function(local: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "run-locally.md").read_text(encoding="utf-8")
    for function in rules.functions(local).values():
        name = function["FunctionName"].removeprefix("loyalty-local-")
        assert f"`{name}`" in page, name


@pytest.mark.parametrize("stage", ["production", *(["local"] if FULL else [])])
def test_cfn_lint_finds_no_error(stage: str, request: pytest.FixtureRequest) -> None:
    file = request.getfixturevalue(f"{stage}_file")
    assert lint(file) == ""


def test_cfn_lint_would_find_one(production: dict[str, Any], tmp_path: Path) -> None:
    queue = copy.deepcopy(production["Resources"]["InboxDeadLetters"])
    queue["Properties"]["MessageRetentionPeriod"] = "soon"
    template = {"Resources": {"InboxDeadLetters": queue}}
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(template))
    assert re.search(r"^E\d+", lint(file), re.MULTILINE)


def lint(file: Path) -> str:
    program = Path(sys.executable).with_name("cfn-lint")
    # Warnings are about what osls itself writes (W3005: DependsOn said twice).
    answer = subprocess.run(
        [str(program), "--ignore-checks", "W", "--template", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout + answer.stderr


def test_the_commands_of_deploying_know_what_stays(production: dict[str, Any]) -> None:
    """What outlives a stack is taken in by the next one, and removed where everything is."""
    kept = {
        name: one["Type"]
        for name, one in production["Resources"].items()
        if str(one.get("DeletionPolicy", "")).startswith("Retain")
    }
    assert set(kept) == removing.KEPT
    tables = {name for name, kind in kept.items() if kind == "AWS::DynamoDB::Table"}
    assert tables == {formation.logical(name) for name in TABLES}
