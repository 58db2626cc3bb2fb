"""What every deployment promises, checked on the compiled CloudFormation template.

Each rule takes the template and yields one sentence per broken promise. test_template.py runs all
of them on the real templates and, broken on purpose, on mutated ones.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions.aws.observability import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator

Template = dict[str, Any]
LEAST_RECEIVES = 5
FREE_ALARM_METRICS = 10
LONGEST_DESCRIPTION = 1024
# Megabytes, and seconds. Whole files are read by Moving, and nobody waits for it; whoever lets a
# design be drawn waits as long as the gateway does, and for one whole processor; so does the page
# that asks for it.
UNLIKE = {"Moving": (2048, 600), "Designs": (1769, 28), "Console": (512, 28)}
# Reads that know no resource (Service Authorization Reference, Amazon CloudWatch).
WITHOUT_RESOURCE = {"cloudwatch:GetMetricStatistics", "dynamodb:ListExports"}
FOURTEEN_DAYS = 14 * 24 * 3600
# Joining and the card page give the welcome; a proved contact may merge two cards of one person.
LEDGER_WRITERS = {
    # Campaigns: what an owner gives to make right what a guest was unhappy about.
    *("Api", "Campaigns", "CampaignWorker", "CardPage", "Join"),
    *("Moving", "Nightly", "Orders", "Redemptions"),
}
# What each may do with data keys: whoever shows or draws a person reads them, whoever makes one
# writes one, whoever lets one leave destroys one.
_READS = {"BatchGetItem"}
_ERASES = {*_READS, "GetItem", "DeleteItem"}
DATA_KEYS = {
    **dict.fromkeys(
        (
            *("Apple", "Google", "PushApple", "PushGoogle", "Figures", "Campaigns"),
            *("CampaignWorker", "ChannelWorker", "Channels"),
        ),
        _READS,
    ),
    **dict.fromkeys(("Api", "CardPage", "Moving"), _ERASES | {"PutItem"}),
    "Join": {*_READS, "PutItem"},
    "Orders": {*_READS, "PutItem"},  # when somebody comes, as a booking tool says
    "Nightly": _ERASES,
    "Backup": {"ExportTableToPointInTime"},  # as they lie there: wrapped
    "Watch": {"DescribeExport"},  # whether that has ended well
}
OVERRIDES = {
    *("AWS_ENDPOINT_URL", "APNS_URL", "APNS_ROOT_CERTIFICATE", "OUTBOX_URL"),
    *("DRAND_URLS", "DRAND_KEY", "DRAW_AHEAD_SECONDS", "DRAW_BELLS_SECONDS"),
    *("TELEGRAM_URL", "AWS_ENDPOINT_URL_SESV2", "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"),
    *("GOOGLE_API_URL", "GOOGLE_TOKEN_URL", "GOOGLE_SAVE_URL", "GOOGLE_CALLBACK_KEYS_URL"),
}


def of(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """Return the resources of a type by logical id, each with its Properties at hand."""
    return {
        name: {"Properties": {}, **resource}
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def target(value: Any) -> str:
    """Return the logical id that a Ref or GetAtt leads to; empty for anything else."""
    if isinstance(value, dict):
        if "Ref" in value:
            return str(value["Ref"])
        if "Fn::GetAtt" in value:
            return str(value["Fn::GetAtt"][0])
    return ""


def functions(template: Template) -> dict[str, dict[str, Any]]:
    return {
        name.removesuffix("LambdaFunction"): function["Properties"]
        for name, function in of(template, "AWS::Lambda::Function").items()
    }


def tables_are_kept(template: Template) -> Iterator[str]:
    tables = of(template, "AWS::DynamoDB::Table")
    if set(tables) != {"StateTable", "LedgerTable", "KeysTable"}:
        yield "there are three tables"
    for name, table in tables.items():
        properties = table["Properties"]
        recovery = properties.get("PointInTimeRecoverySpecification", {})
        if recovery.get("PointInTimeRecoveryEnabled") is not True:
            yield f"{name} has no point-in-time recovery"
        if properties.get("SSESpecification", {}).get("SSEEnabled") is not True:
            yield f"{name} is not encrypted with a key of the account"
        # What a failed first deployment has made goes with it; else its name would be in the way.
        kept = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
        for policy, wanted in kept.items():
            if table.get(policy) != wanted:
                yield f"{name} has no {policy} {wanted}"
        if properties.get("BillingMode") != "PAY_PER_REQUEST":
            yield f"{name} costs something while idle"
        streamed = None if name == "KeysTable" else {"StreamViewType": "KEYS_ONLY"}
        if properties.get("StreamSpecification") != streamed:
            yield f"the stream of {name} carries more than keys"
        if ("TimeToLiveSpecification" in properties) != (name == "StateTable"):
            yield f"{name}: items may expire in the state table and nowhere else"


RECOVERED_DAYS = {"StateTable": 14, "LedgerTable": 35, "KeysTable": 7}
"""How long a table can be recovered: the ledger as long as there is, personal data shorter.

An erase is final within a week: then no backup has the member's data key any more.
"""


def recovery_is_as_long_as_it_may_be(template: Template) -> Iterator[str]:
    for name, table in of(template, "AWS::DynamoDB::Table").items():
        recovery = table["Properties"].get("PointInTimeRecoverySpecification", {})
        if recovery.get("RecoveryPeriodInDays") != RECOVERED_DAYS.get(name):
            yield f"{name} is not recovered for {RECOVERED_DAYS.get(name)} days"


def a_second_is_never_dear(template: Template) -> Iterator[str]:
    """Check that every table's units a second are capped, below the account's quota of 40,000."""
    for name, table in of(template, "AWS::DynamoDB::Table").items():
        caps = table["Properties"].get("OnDemandThroughput", {})
        for what in ("MaxReadRequestUnits", "MaxWriteRequestUnits"):
            if not 1_000 <= int(caps.get(what, 0)) < 40_000:
                yield f"{name} has no {what}, or one that nobody notices"


def tables_are_protected(template: Template) -> Iterator[str]:
    for name, table in of(template, "AWS::DynamoDB::Table").items():
        if table["Properties"].get("DeletionProtectionEnabled") is not True:
            yield f"{name} can be deleted by hand"


def queues_lose_nothing(template: Template) -> Iterator[str]:
    queues = of(template, "AWS::SQS::Queue")
    last_resorts = {name for name, queue in queues.items() if not _redrive(queue)}
    watch = functions(template)["Watch"]
    urls = watch["Environment"]["Variables"].get("LAST_RESORT_QUEUE_URLS", {})
    looked_into = {target(url) for url in urls.get("Fn::Join", ["", []])[1]}
    readable = {
        target(resource)
        for statement in statements(template["Resources"]["WatchRole"])
        if "sqs:GetQueueAttributes" in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }
    watched = looked_into & readable
    fed = {target(mapping["EventSourceArn"]) for mapping in mappings(template)}
    for name in fed & last_resorts:
        yield f"{name} feeds a function and has no dead-letter queue"
    for name in last_resorts - watched:
        yield f"nobody is told when something lies in {name}"
    for name, queue in queues.items():
        properties = queue["Properties"]
        if properties.get("SqsManagedSseEnabled") is not True:
            yield f"{name} is not encrypted"
        if name in last_resorts:
            if properties.get("MessageRetentionPeriod") != FOURTEEN_DAYS:
                yield f"{name} does not keep messages for 14 days"
            continue
        letters = target(_redrive(queue).get("deadLetterTargetArn"))
        if letters not in last_resorts:
            yield f"{name} has no dead-letter queue"
        elif queues[letters]["Properties"].get("FifoQueue") != properties.get("FifoQueue"):
            yield f"{name} and {letters} are of different kinds"
        if _redrive(queue).get("maxReceiveCount", 0) < LEAST_RECEIVES:
            yield f"{name} gives up before five tries, or never"


def _redrive(queue: dict[str, Any]) -> dict[str, Any]:
    found = queue["Properties"].get("RedrivePolicy", {})
    return found if isinstance(found, dict) else {}


def mappings(template: Template) -> list[dict[str, Any]]:
    found = of(template, "AWS::Lambda::EventSourceMapping").values()
    return [mapping["Properties"] for mapping in found]


def work_is_taken_safely(template: Template) -> Iterator[str]:
    queues, by_name = of(template, "AWS::SQS::Queue"), functions(template)
    if len(mappings(template)) != 12:
        yield "ten queues and two streams feed functions"
    for mapping in mappings(template):
        function = target(mapping["FunctionName"]).removesuffix("LambdaFunction")
        source = target(mapping["EventSourceArn"])
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{function} cannot fail for a part of a batch"
        if source in queues:
            patience = queues[source]["Properties"].get("VisibilityTimeout", 30)
            if patience < 6 * by_name[function]["Timeout"]:
                yield f"{source} shows messages again while {function} may work on them"
            continue
        if not 0 < mapping.get("MaximumRetryAttempts", -1) <= 10:
            yield f"a poisoned record stops {function}"
        if mapping.get("BisectBatchOnFunctionError") is not True:
            yield f"a poisoned record takes its batch along in {function}"
        failed = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if target(failed) not in queues:
            yield f"{function} drops records it gives up on"
        if not mapping.get("FilterCriteria", {}).get("Filters"):
            yield f"{function} is called for every record"


def statements(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every statement of a role, those behind a condition too."""
    for policy in role["Properties"].get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            yield statement["Fn::If"][1] if "Fn::If" in statement else statement


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def roles_are_narrow(template: Template) -> Iterator[str]:
    roles = of(template, "AWS::IAM::Role")
    used = {name: target(function["Role"]) for name, function in functions(template).items()}
    for name, taken in used.items():
        if taken != f"{name}Role" or taken not in roles:
            yield f"{name} has no role of its own"
    schedules = of(template, "AWS::Scheduler::Schedule").values()
    clocks = {target(schedule["Properties"]["Target"]["RoleArn"]) for schedule in schedules}
    for name in set(roles) - set(used.values()) - clocks:
        yield f"{name} belongs to no function"
    for role_name, role in roles.items():
        if "ManagedPolicyArns" in role["Properties"]:
            yield f"{role_name} has policies that are not written here"
        trusted = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        service = "scheduler" if role_name in clocks else "lambda"
        if [one["Principal"] for one in trusted] != [{"Service": f"{service}.amazonaws.com"}]:
            yield f"{role_name} can be taken by others than {service.capitalize()}"
        if role_name in clocks and "aws:SourceAccount" not in json.dumps(trusted):
            yield f"{role_name} can be taken by a schedule of another account"
        for statement in statements(role):
            yield from (f"{role_name} {breadth}" for breadth in breadths(statement))


def breadths(statement: dict[str, Any]) -> Iterator[str]:
    """Yield in which ways a statement allows more than it names."""
    if "NotAction" in statement or "NotResource" in statement:
        yield "says what it may not do instead of what it may"
    for action in as_list(statement.get("Action", [])):
        if "*" in action:
            yield f"may {action}"
    for resource in as_list(statement.get("Resource", "*")):
        text = resource if isinstance(resource, str) else json.dumps(resource)
        if set(as_list(statement.get("Action", []))) <= WITHOUT_RESOURCE:
            continue
        if resource == "*" or ":*:" in text or "table/*" in text:
            yield f"reaches {text}"


def ledger_is_append_only(template: Template) -> Iterator[str]:
    once = {"ForAnyValue:StringEquals": {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}}
    writers = set()
    for name, role in of(template, "AWS::IAM::Role").items():
        actions: set[str] = set()
        for statement in statements(role):
            if "LedgerTable" not in json.dumps(statement.get("Resource")):
                continue
            named = set(as_list(statement["Action"]))
            if "dynamodb:PutItem" in named:
                writers.add(name.removesuffix("Role"))
                # Whatever more is asked, this has to be.
                condition = statement.get("Condition", {})
                if named != {"dynamodb:PutItem"} or not once.items() <= condition.items():
                    yield f"{name} may write entries outside a transaction"
            actions |= named
        reads = {f"dynamodb:{one}" for one in ("PutItem", "GetItem", "BatchGetItem", "Query")}
        stream = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
        if name == "BackupRole":
            reads |= {"dynamodb:ExportTableToPointInTime"}
        if name == "WatchRole":
            reads |= {"dynamodb:DescribeExport"}
        if left := actions - reads - {f"dynamodb:{action}" for action in stream}:
            yield f"{name} may {', '.join(sorted(left))} on the ledger"
    if writers != LEDGER_WRITERS:
        yield f"the ledger is written by {sorted(writers)} instead of {sorted(LEDGER_WRITERS)}"


def every_table_goes_elsewhere(template: Template) -> Iterator[str]:
    """Check that whoever names a bucket has every table exported to it, and that it can be none."""
    schedules = of(template, "AWS::Scheduler::Schedule").values()
    told = [json.dumps(one) for one in schedules if one.get("Condition") == "HasBackupBucket"]
    for name in of(template, "AWS::DynamoDB::Table"):
        if not any(f"${{{name}.Arn}}" in one and "exportTable" in one for one in told):
            yield f"{name} is never exported"


def joining_writes_members_only(template: Template) -> Iterator[str]:
    """Check that what everybody may call reaches no program, key, order or endpoint."""
    names = {f"D#{kind}#*" for kind in ("code", "link", "serial", "short", "join")}
    allowed = {"*#M#*", "*#C#*", "*#A#*", *names}
    for statement in statements(template["Resources"]["JoinRole"]):
        named = set(as_list(statement["Action"]))
        if not any(one.startswith("dynamodb:") for one in named):
            continue
        if not named <= {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem"}:
            yield f"joining may {', '.join(sorted(named))}"
        if "dynamodb:PutItem" in named:
            condition = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
            leading = set(condition.get("dynamodb:LeadingKeys", ()))
            if not leading or not leading <= allowed or named != {"dynamodb:PutItem"}:
                yield "joining may write more than members"


def data_keys_are_for_readers(template: Template) -> Iterator[str]:
    """Check that data keys are reached by who reads or writes people, and by nobody else."""
    found: dict[str, set[str]] = {}
    for name, role in of(template, "AWS::IAM::Role").items():
        granted = list(statements(role))
        for statement in granted:
            if "KeysTable" in json.dumps(statement.get("Resource")):
                actions = {one.removeprefix("dynamodb:") for one in as_list(statement["Action"])}
                found.setdefault(name.removesuffix("Role"), set()).update(actions)
        # Neither the exports nor whoever looks whether they have ended sees what is in them.
        unwraps = "/master-key" in json.dumps(granted) or name in {"BackupRole", "WatchRole"}
        if name.removesuffix("Role") in found and not unwraps:
            yield f"{name} reads data keys and cannot unwrap them"
    if found != DATA_KEYS:
        yield f"data keys are reached by {sorted(found)}, or otherwise than they have to be"


def sending_reaches_no_member(template: Template) -> Iterator[str]:
    """Check that what calls addresses of owners reaches receivers and what is sent to them only."""
    for statement in statements(template["Resources"]["SendEventsRole"]):
        actions = set(as_list(statement["Action"]))
        where = json.dumps(statement["Resource"])
        condition = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
        leading = set(condition.get("dynamodb:LeadingKeys", ()))
        if "Table" in where and (not leading or not leading <= {"*#R", "*#E#*"}):
            yield "sending reaches more of the tables than what it sends"
        if "LedgerTable" in where or actions & {"dynamodb:Query", "dynamodb:Scan"}:
            yield "sending reads members"
        if "ssm:GetParameter" in actions and "/receivers/*" not in where:
            yield "sending reads other secrets than those it signs with"


def functions_are_alike(template: Template) -> Iterator[str]:
    fed = {target(m["FunctionName"]).removesuffix("LambdaFunction") for m in mappings(template)}
    groups = {
        group["Properties"]["LogGroupName"]: group["Properties"].get("RetentionInDays")
        for group in of(template, "AWS::Logs::LogGroup").values()
    }
    for name, function in functions(template).items():
        if function["Runtime"] != "python3.13" or function["Architectures"] != ["arm64"]:
            yield f"{name} does not run on python3.13 and arm64"
        memory, longest = UNLIKE.get(name, (512, 30 if name in fed | {"Sweeper", "Watch"} else 15))
        if function["MemorySize"] != memory:
            yield f"{name} has not {memory} MB"
        if function["Timeout"] > longest:
            yield f"{name} may take longer than its caller waits"
        if not groups.get(f"/aws/lambda/{function['FunctionName']}"):
            yield f"the log of {name} is kept for ever, or there is none"


def alarms_ring(template: Template) -> Iterator[str]:
    alarms = {
        name: alarm["Properties"] for name, alarm in of(template, "AWS::CloudWatch::Alarm").items()
    }
    if sum(len(one.get("Metrics", ())) or 1 for one in alarms.values()) > FREE_ALARM_METRICS:
        yield f"more than {FREE_ALARM_METRICS} metrics have alarms: each further one costs"
    topics = set(of(template, "AWS::SNS::Topic"))
    for name, one in alarms.items():
        if not {target(action) for action in one.get("AlarmActions", [])} & topics:
            yield f"{name} tells nobody"
        if not 0 < len(one.get("AlarmDescription", "")) <= LONGEST_DESCRIPTION:
            yield f"{name} does not say what is wrong in so many letters as CloudWatch takes"
        if one.get("MetricName") == "WatchFinds" and one["TreatMissingData"] != "breaching":
            yield "nobody notices that the watch is silent"
    said = {
        (one["MetricName"], target(dimension["Value"])): one["AlarmDescription"]
        for one in alarms.values()
        for dimension in one.get("Dimensions", [{"Value": ""}])
    }
    # How many functions run at a time is a limit of the account: so is this one alarm. The families
    # are ours, of the stage's service.
    wanted = {("Throttles", ""), ("WatchFinds", ""), ("5xx", "HttpApi")}
    wanted |= {("IteratorAge", f"{name}LambdaFunction") for name in ("Router", "LedgerRouter")}
    wanted |= {(family, "") for family, _ in FAMILIES.values()}
    wanted |= {(metric, "") for metric in failures_of_functions(template)}
    wanted |= {(metric, "") for metric in throttled_requests(template)}
    for metric, on in sorted(wanted - set(said)):
        yield f"nobody is told of {metric} of {on or 'the stage'}"
    for metric, (family, _) in FAMILIES.items():
        if f"{metric}:" not in said.get((family, ""), f"{metric}:"):
            yield f"the alarm {family} does not say what {metric} is"


def failures_of_functions(template: Template) -> set[str]:
    """Return the metrics that count what Lambda reports as failed in the functions' logs."""
    return {
        metric["MetricName"]
        for one in of(template, "AWS::Logs::MetricFilter").values()
        if "platform.report" in one["Properties"]["FilterPattern"]
        for metric in one["Properties"]["MetricTransformations"]
    }


def every_function_that_fails_is_counted(template: Template) -> Iterator[str]:
    """Check that failures of our own functions, and of nobody else's, are counted under one name.

    Lambda writes them as objects, with their status, if the log is in that form, and leaves them
    out if a level is asked for that is too high ("Log-level filtering", Lambda Developer Guide).
    """
    counted = {
        target(one["Properties"]["LogGroupName"])
        for one in of(template, "AWS::Logs::MetricFilter").values()
        if "platform.report" in one["Properties"]["FilterPattern"]
    }
    if len(failures_of_functions(template)) != 1:
        yield "failures of functions are counted under several names, or none"
    for name, function in functions(template).items():
        if f"{name}LogGroup" not in counted:
            yield f"nobody counts when {name} fails"
        log = function.get("LoggingConfig", {})
        if log.get("LogFormat") != "JSON" or log.get("SystemLogLevel") not in {"INFO", "WARN"}:
            yield f"Lambda does not say as an object that {name} has failed"


def nothing_secret_is_a_setting(template: Template) -> Iterator[str]:
    """Check that no setting of a function is a key: they are read by whoever may list functions."""
    for name, function in functions(template).items():
        for variable, value in function["Environment"]["Variables"].items():
            text = value if isinstance(value, str) else json.dumps(value)
            marks = ("BEGIN ", "lk_", "whsec_", "AKIA")
            if any(mark in text for mark in marks) or (isinstance(value, str) and len(text) > 512):
                yield f"{name} has {variable} in the open, or more than a setting"


RESERVED: dict[str, int] = {}
"""Functions with concurrency of their own, and how much: none is argued for. A new account has ten
in all, of which reserving takes away; queues have limits of their own (maximumConcurrency)."""


def no_function_keeps_others_waiting(template: Template) -> Iterator[str]:
    for name, function in functions(template).items():
        if function.get("ReservedConcurrentExecutions") != RESERVED.get(name):
            yield f"{name} reserves concurrency that nobody argued for"
    for mapping in mappings(template):
        at_once = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
        queue = target(mapping["EventSourceArn"])
        if queue in of(template, "AWS::SQS::Queue") and queue != "InboxQueue" and at_once is None:
            yield f"{queue} may take every function that the account may run"


def gateways_refusals_are_counted(template: Template) -> Iterator[str]:
    if not throttled_requests(template):
        yield "nobody counts what the gateway throttles"


def throttled_requests(template: Template) -> set[str]:
    """Return the metrics of 429: the gateway has none of its own, its access log has them."""
    return {
        metric["MetricName"]
        for one in of(template, "AWS::Logs::MetricFilter").values()
        if "429" in one["Properties"]["FilterPattern"]
        and target(one["Properties"]["LogGroupName"]) == "HttpApiLogGroup"
        for metric in one["Properties"]["MetricTransformations"]
    }


def http_is_limited(template: Template) -> Iterator[str]:
    stage = template["Resources"]["HttpApiStage"]["Properties"]
    limits = stage.get("DefaultRouteSettings", {})
    if not limits.get("ThrottlingRateLimit") or not limits.get("ThrottlingBurstLimit"):
        yield "the HTTP API is not throttled"
    for route, least in (("POST /webhooks/{endpoint}", limits.get("ThrottlingRateLimit", 0)),):
        if stage.get("RouteSettings", {}).get(route, {}).get("ThrottlingRateLimit", 0) < least:
            yield f"{route} shares its limit with others: sales would be refused for them"
    for route in stage.get("RouteSettings", {}):
        keys = {
            r["Properties"]["RouteKey"] for r in of(template, "AWS::ApiGatewayV2::Route").values()
        }
        if route not in keys:
            yield f"there is a limit for {route}, which is no route"
    log = stage.get("AccessLogSettings", {})
    if target(log.get("DestinationArn")) not in of(template, "AWS::Logs::LogGroup"):
        yield "the HTTP API has no access log"
    for secret in ("path", "sourceIp", "userAgent", "header"):
        if secret in log.get("Format", "").replace("routeKey", ""):
            yield f"the access log holds the {secret}: links are secrets, people stay unnamed"


def no_way_out(template: Template) -> Iterator[str]:
    """Check that nothing leads to an emulator: no override variable, no address of this machine."""
    for name, function in functions(template).items():
        variables = set(function["Environment"]["Variables"])
        for variable in sorted(variables & OVERRIDES):
            yield f"{name} has {variable}"
    whole = json.dumps(template)
    for address in ("127.0.0.1", "localhost", "ms-custom-id"):
        if address in whole:
            yield f"the template names {address}"


EVERYWHERE = (
    tables_are_kept,
    recovery_is_as_long_as_it_may_be,
    a_second_is_never_dear,
    queues_lose_nothing,
    work_is_taken_safely,
    roles_are_narrow,
    ledger_is_append_only,
    every_table_goes_elsewhere,
    joining_writes_members_only,
    data_keys_are_for_readers,
    sending_reaches_no_member,
    functions_are_alike,
    alarms_ring,
    every_function_that_fails_is_counted,
    nothing_secret_is_a_setting,
    no_function_keeps_others_waiting,
    gateways_refusals_are_counted,
    http_is_limited,
)
OUTSIDE_LOCAL = (tables_are_protected, no_way_out)
