"""Medplum's door opens to the provider's tokens only, and says where they are to be had."""

from __future__ import annotations

import httpx

from .npm_servers import Issuer, Server
from .sign_in import read, signed_in


def test_the_door_tells_where_to_sign_in(oidc_server: Issuer, protected_server: Server) -> None:
    told = httpx.get(f"{protected_server.url}/.well-known/smart-configuration").json()
    assert told["token_endpoint"] == f"{oidc_server.url}/token"
    assert told["device_authorization_endpoint"] == f"{oidc_server.url}/device/auth"
    assert httpx.get(f"{protected_server.url}/metadata").status_code == 200


def test_without_a_good_token_the_door_is_shut(oidc_server: Issuer, protected_server: Server) -> None:
    assert read(protected_server, None).status_code == 401
    assert read(protected_server, None).headers["www-authenticate"] == 'Bearer realm="fhir"'
    elsewhere = signed_in(oidc_server, resource="http://127.0.0.1:1/fhir")["access_token"]
    for token in ("nonsense", elsewhere):
        refused = read(protected_server, token)
        assert (refused.status_code, refused.json()["resourceType"]) == (401, "OperationOutcome")
        assert 'error="invalid_token"' in refused.headers["www-authenticate"]


def test_a_scope_to_read_does_not_write(oidc_server: Issuer, protected_server: Server) -> None:
    headers = {"Authorization": f"Bearer {signed_in(oidc_server)['access_token']}"}
    patient, task = {"resourceType": "Patient"}, {"resourceType": "Task", "status": "requested", "intent": "order"}
    assert httpx.post(f"{protected_server.url}/Task", json=task, headers=headers).status_code == 201
    refused = httpx.post(f"{protected_server.url}/Patient", json=patient, headers=headers)
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]
    batch = {"resourceType": "Bundle", "type": "batch", "entry": [{"request": {"method": "DELETE", "url": "Task/x"}}]}
    assert httpx.post(protected_server.url, json=batch, headers=headers).status_code == 403
