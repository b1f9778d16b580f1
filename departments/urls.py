"""Signing in and out, one's own password."""

from django.urls import path

from departments import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.ChangePassword.as_view(), name="change_password"),
]
