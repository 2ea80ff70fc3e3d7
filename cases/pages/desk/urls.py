from django.urls import path

from cases.pages.desk import answers, asking, bundles, calls, case, files, hand_over, live, queue, triage, work

urlpatterns = [
    path("", queue.show, name="desk-queue"),
    path("hand-over/", hand_over.show, name="desk-hand-over"),
    path("live/", live.stream, name="desk-live"),
    path("bundles/<int:pk>/", bundles.show, name="desk-bundle"),
    path("bundles/<int:pk>/look/", bundles.look, name="desk-bundle-look"),
    path("bundles/<int:pk>/put-away/", bundles.put_away, name="desk-bundle-put-away"),
    path("files/<str:key>/", files.download, name="desk-file"),
    path("files/<str:key>/reveal/", files.reveal, name="desk-file-reveal"),
    path("reports/<str:reference>/", triage.report, name="desk-report"),
    path("reports/<str:reference>/write/", triage.write, name="desk-write"),
    path("reports/<str:reference>/open/", triage.open_case, name="desk-report-open"),
    path("reports/<str:reference>/attach/", triage.attach, name="desk-report-attach"),
    path("reports/<str:reference>/dismiss/", triage.dismiss, name="desk-report-dismiss"),
    path("cases/<str:reference>/", case.show, name="desk-case"),
    path("cases/<str:reference>/answers/", case.answers, name="desk-case-answers"),
    path("cases/<str:reference>/moving/", case.moving, name="desk-case-moving"),
    path("cases/<str:reference>/keep-track/", work.keep_track, name="desk-keep-track"),
    path("cases/<str:reference>/note/", case.note, name="desk-note"),
    path("cases/<str:reference>/take/", work.take, name="desk-take"),
    path("cases/<str:reference>/review/", work.review, name="desk-review"),
    path("cases/<str:reference>/move/", work.move, name="desk-move"),
    path("cases/<str:reference>/close/", work.close, name="desk-close"),
    path("cases/<str:reference>/calls/", calls.show, name="desk-calls"),
    path("cases/<str:reference>/calls/called/", calls.called, name="desk-called"),
    path("cases/<str:reference>/calls/done/", calls.done, name="desk-calls-done"),
    path("cases/<str:reference>/ask/", asking.ask, name="desk-ask"),
    path("cases/<str:reference>/asked/<int:pk>/", answers.show, name="desk-dispatch"),
    path("cases/<str:reference>/asked/<int:pk>/<slug:answer>/", answers.give, name="desk-answer"),
]
