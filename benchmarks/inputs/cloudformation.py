"""CloudFormation templates, for cfn-lint: valid ones."""

from collections.abc import Iterator

_TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: Storage and queue of service-{number}.
Parameters:
  Stage:
    Type: String
    AllowedValues: [staging, production]
    Default: staging
Conditions:
  InProduction: !Equals [!Ref Stage, production]
Resources:
  Store:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      BucketName: !Sub "service-{number}-${{Stage}}-${{AWS::AccountId}}"
      VersioningConfiguration:
        Status: !If [InProduction, Enabled, Suspended]
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
  Late:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: 1209600
  Work:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: {timeout}
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt Late.Arn
        maxReceiveCount: 5
  Worker:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: ecs-tasks.amazonaws.com
            Action: sts:AssumeRole
Outputs:
  StoreArn:
    Value: !GetAtt Store.Arn
  WorkUrl:
    Value: !Ref Work
"""


def files(count: int) -> Iterator[tuple[str, str]]:
    """Paths and texts."""
    for number in range(1, count + 1):
        yield f"service-{number}.yaml", _TEMPLATE.format(number=number, timeout=30 + number % 600)
