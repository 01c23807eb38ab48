from django.urls import path

from workbook.accounts.views import (
    code_app,
    cover,
    devices,
    entering,
    joining,
    new_key,
    regaining,
    second_step,
    settings,
    spare_key,
)

urlpatterns = [
    path("account/", settings.account, name="account"),
    path("account/join/", joining.join_site, name="join"),
    path("account/enter/", entering.enter, name="enter"),
    path("account/code/", second_step.second_step, name="second-step"),
    path("account/code-app/", code_app.code_app, name="code-app"),
    path("account/leave/", entering.leave, name="leave"),
    path("account/recover/", regaining.recover_account, name="recover"),
    path("account/closed/", regaining.closed_journal, name="closed-journal"),
    path("account/password/", settings.password, name="password"),
    path("account/spare-key/", spare_key.spare_key, name="spare-key"),
    path("account/spare-key/later/", spare_key.spare_key_later, name="spare-key-later"),
    path("account/devices/", devices.devices, name="devices"),
    path("account/new-key/", new_key.new_key, name="new-key"),
    path("account/events/", settings.dismiss_events, name="dismiss-events"),
    path("account/lock/", settings.lock, name="lock"),
    path("account/touch/", cover.touch, name="touch"),
    path("account/uncover/", cover.uncover, name="uncover"),
    path("account/others/", settings.leave_others, name="leave-others"),
    path("account/delete/", settings.delete_account, name="delete-account"),
    path("account/gone/", settings.gone, name="gone"),
    path("exit/", entering.exit_site, name="exit"),
]
