"""Any task, by its own function, and counted."""

from docchain.ai.tasks.analyzing import analyze
from docchain.ai.tasks.answers import AnyAnswer
from docchain.ai.tasks.asked import Analyze, AnyTask, Extract, Generate, Summarize
from docchain.ai.tasks.desk import Caller, Desk, counted
from docchain.ai.tasks.extracting import extract
from docchain.ai.tasks.generating import generate
from docchain.ai.tasks.summarizing import summarize
from docchain.ai.tasks.translating import translate


def perform(desk: Desk, caller: Caller, asked: AnyTask) -> AnyAnswer:
    def work() -> AnyAnswer:
        match asked:
            case Generate():
                return generate(desk, caller, asked)
            case Analyze():
                return analyze(desk, caller, asked)
            case Summarize():
                return summarize(desk, caller, asked)
            case Extract():
                return extract(desk, caller, asked)
        return translate(desk, caller, asked)

    return counted(desk, caller, asked.task, work)
