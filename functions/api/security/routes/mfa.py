"""The second factor: set up, proved at a login and again before what is dangerous, disabled."""

from fastapi import APIRouter

from docchain.entrypoints.access import PUBLIC, LoggedIn
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.origin import CallOrigin
from docchain.identity.mfa_enrolment import activate, disable, enroll
from docchain.identity.mfa_factors import read_factors
from docchain.identity.mfa_proof import log_in_with_code, step_up
from functions.api.security.dependencies import Identity, Secrets
from functions.api.security.schemas.mfa import (
    AnswerChallenge,
    DisableMfa,
    EnrolmentView,
    MfaView,
    ProveFactor,
    RecoveryCodesView,
    StepUpView,
)
from functions.api.security.schemas.tokens import LoginView, Message

router = APIRouter(prefix="/api/v3/security", tags=["security"], responses=ERROR_RESPONSES)


@router.post("/auth/mfa", dependencies=[PUBLIC], summary="Answer the challenge of a login with a code")
async def answer_challenge(
    body: AnswerChallenge, identity: Identity, secrets: Secrets, origin: CallOrigin
) -> LoginView:
    return LoginView.of(log_in_with_code(identity, secrets, body.challenge_id, body.code, origin))


@router.get("/mfa", summary="Whether you have a second factor, and what of it is left")
async def read_mfa(caller: LoggedIn, identity: Identity) -> MfaView:
    return MfaView.of(read_factors(identity, caller.tenant_id, caller.user_id))


@router.post("/mfa/enroll", summary="Begin a second factor: a secret for your authenticator, good for 15 minutes")
async def enroll_mfa(caller: LoggedIn, identity: Identity, secrets: Secrets) -> EnrolmentView:
    return EnrolmentView.of(enroll(identity, secrets, caller))


@router.post("/mfa/verify", summary="Prove the authenticator and activate it; answers the recovery codes, once")
async def activate_mfa(body: ProveFactor, caller: LoggedIn, identity: Identity, secrets: Secrets) -> RecoveryCodesView:
    return RecoveryCodesView(recovery_codes=activate(identity, secrets, caller, body.code))


@router.post("/mfa/step-up", summary="Prove the second factor again, for what is dangerous")
async def prove_again(body: ProveFactor, caller: LoggedIn, identity: Identity, secrets: Secrets) -> StepUpView:
    return StepUpView(method=step_up(identity, secrets, caller, body.code).method)


@router.post("/mfa/disable", summary="End the second factor, with a code and the password")
async def disable_mfa(body: DisableMfa, caller: LoggedIn, identity: Identity, secrets: Secrets) -> Message:
    disable(identity, secrets, caller, body.code, body.password)
    return Message(message="The second factor is disabled")
