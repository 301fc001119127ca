"""A Lambda that does nothing, behind the stack's own API and authorizer: what any answer costs at least."""

import io
import zipfile
from typing import Any

from tests.e2e.local_cloud import LocalCloud

NAME = "assay-bench-bare"
CODE = 'def handler(event, context):\n    return {"statusCode": 200, "body": "{}"}\n'


def add_bare(cloud: LocalCloud) -> str:
    """Adds it to the running local cloud, as the deployed stack knows nothing of it; the path at which it answers."""
    function = make_function(cloud.aws("lambda"))
    api, gateway = cloud.outputs["ApiId"], cloud.aws("apigateway")
    root = next(one["id"] for one in gateway.get_resources(restApiId=api, limit=500)["items"] if one["path"] == "/")
    resource = gateway.create_resource(restApiId=api, parentId=root, pathPart="bare")["id"]
    where = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
    authorizer = gateway.get_authorizers(restApiId=api)["items"][0]["id"]
    gateway.put_method(**where, authorizationType="CUSTOM", authorizerId=authorizer)
    region = cloud.variables["AWS_REGION"]
    uri = f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations"
    gateway.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    gateway.create_deployment(restApiId=api, stageName=cloud.outputs["StageName"])
    return "/bare"


def make_function(functions: Any) -> str:
    """The function, made like the stack's smallest one; its ARN."""
    like = next(one for one in functions.list_functions()["Functions"] if "AuthorizeFunction" in one["FunctionName"])
    made = functions.create_function(
        FunctionName=NAME,
        Runtime=like["Runtime"],
        Role=like["Role"],
        Handler="app.handler",
        Code={"ZipFile": zipped("app.py", CODE)},
        MemorySize=like["MemorySize"],
    )
    functions.add_permission(
        FunctionName=NAME, StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    return str(made["FunctionArn"])


def zipped(name: str, text: str) -> bytes:
    """A file in an archive."""
    with io.BytesIO() as held:
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(name, text)
        return held.getvalue()
