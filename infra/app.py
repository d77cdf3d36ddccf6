"""The CDK app: ``cdk deploy -c stage=dev``. Without a stage it is the local one."""

import os
import sys

import aws_cdk

from infra.stacks.api import ApiStack
from infra.stacks.engine import EngineStack
from infra.stage import IncompleteContext, Stage, UnknownStage, find_stage, with_context

LOCAL_ACCOUNT = "000000000000"
CONTEXT = (
    *("alarm_email", "version", "web_acl_arn", "emulator_url", "cors_origins", "domain", "certificate_arn"),
    *("mail_sender", "public_url"),
    *("default_provider", "openai_secret", "openai_base_url", "openai_model", "anthropic_secret", "anthropic_model"),
    *("google_secret", "google_model", "bedrock_model", "bedrock_embedding_model"),
    *("compatible_base_url", "compatible_secret", "compatible_model", "local_base_url", "local_model"),
)


def build(app: aws_cdk.App, stage: Stage) -> tuple[EngineStack, ApiStack]:
    """The account is the caller's, but for the emulator's, which has one name for all."""
    account = LOCAL_ACCOUNT if not stage.third_party_layers else os.environ.get("CDK_DEFAULT_ACCOUNT")
    region = os.environ.get("CDK_DEFAULT_REGION") or os.environ.get("AWS_REGION", "us-east-1")
    place = aws_cdk.Environment(account=account, region=region)
    engine = EngineStack(app, stage, env=place)
    stacks = (engine, ApiStack(app, stage, engine, env=place))
    for stack in stacks:
        aws_cdk.Tags.of(stack).add("app", "docchain")
        aws_cdk.Tags.of(stack).add("stage", stage.name)
    return stacks


def check(app: aws_cdk.App) -> None:
    """From here on a finding that is not explained (``constructs/explained.py``) stops a synthesis."""
    import cdk_nag  # loads for two seconds, which a stage without it is spared

    aws_cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app), cdk_nag.ServerlessChecks(app))


def main() -> None:
    app = aws_cdk.App()
    given = {name: str(value) for name in CONTEXT if (value := app.node.try_get_context(name)) is not None}
    try:
        stage = with_context(find_stage(app.node.try_get_context("stage") or "local"), given)
    except (UnknownStage, IncompleteContext) as error:
        sys.exit(str(error))
    build(app, stage)
    if stage.nag:
        check(app)
    app.synth()


if __name__ == "__main__":
    main()
