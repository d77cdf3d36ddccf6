"""All that the control steps need from the world."""

from functools import cache
from typing import TYPE_CHECKING

from docchain import aws
from docchain.runs.repository import RunRepository
from docchain.steps.settings import StepSettings, build_world
from docchain.steps.world import StepWorld
from docchain.waits.children import Answers
from docchain.waits.repository import WaitRepository
from functions.steps.control.endings import fail_run, succeed_run

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

WORKERS = {"fail": fail_run, "succeed": succeed_run}


class Settings(StepSettings):
    """Nothing of its own."""


@cache
def world() -> StepWorld:
    return build_world(Settings(), WORKERS)


def machines() -> "SFNClient":
    return aws.stepfunctions()


def answers() -> Answers:
    known = world()
    table = known.records.table
    return Answers(WaitRepository(table), RunRepository(table), known.definitions, known.contents, machines())
