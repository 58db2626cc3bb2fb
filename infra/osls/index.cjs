'use strict';

// What `npx osls package` and `npx osls deploy` do besides: refuse settings that cannot work, and build the artifact, so
// that it is never older than the code. Who names an artifact with --param has made it. And let every function's log
// count what Lambda reports as failed, under one name: one alarm over all of ours, and none of other people's.

const { spawnSync } = require('node:child_process');
const path = require('node:path');

class BuildFirst {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = {
      'before:package:cleanup': () => this.prepare(),
      'before:package:finalize': () => this.countFailures(),
    };
  }

  prepare() {
    const settings = this.serverless.configurationInput.custom.stage;
    this.refuseMailWithoutSender(settings);
    if ((this.serverless.processedInput.options.param || []).some((one) => one.startsWith('artifact='))) return;
    const stage = this.stage();
    const command = path.join(this.serverless.serviceDir, 'bin', 'loyalty');
    const answer = spawnSync(command, ['build', '--stage', stage], { encoding: 'utf8' });
    if (answer.status !== 0) this.refuse((answer.stderr || String(answer.error || 'it gave no reason')).trim());
  }

  stage() {
    return this.serverless.getProvider('aws').getStage();
  }

  countFailures() {
    const resources = this.serverless.service.provider.compiledCloudFormationTemplate.Resources;
    for (const [name, resource] of Object.entries(resources)) {
      if (resource.Type !== 'AWS::Lambda::Function') continue;
      const log = name.replace(/LambdaFunction$/, 'LogGroup');
      resources[name.replace(/LambdaFunction$/, 'Failures')] = {
        Type: 'AWS::Logs::MetricFilter',
        Properties: {
          LogGroupName: { Ref: log },
          FilterPattern: '{ ($.type = "platform.report") && ($.record.status != "success") }',
          MetricTransformations: [
            { MetricNamespace: 'loyalty', MetricName: `FunctionsFail-${this.stage()}`, MetricValue: '1' },
          ],
        },
      };
    }
  }

  refuseMailWithoutSender(settings) {
    if (settings.messageChannel !== 'ses') return;
    if (!settings.senderAddress || !settings.senderIdentity) {
      this.refuse(
        'message-channel=ses needs --param sender-address=cards@example.com (who writes) and ' +
          '--param sender-identity=example.com (the verified SES identity that may send as them).'
      );
    }
  }

  refuse(sentence) {
    throw new this.serverless.classes.Error(sentence, 'LOYALTY_REFUSED');
  }
}

module.exports = BuildFirst;
