// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "handover_p.h"

#include <QtCore/QDir>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

constexpr auto argumentsKey = "arguments"_L1;
constexpr auto directoryKey = "workingDirectory"_L1;
constexpr auto tokenKey = "activationToken"_L1;
constexpr auto startupKey = "startupId"_L1;
constexpr auto payloadKey = "payload"_L1;
constexpr auto waitsKey = "waits"_L1;

// On X11 Qt takes it out of the environment when it makes the QGuiApplication, which is before
// anybody can ask for it here; so it is read when this library is loaded.
const QByteArray startupIdAtLoad = qgetenv("DESKTOP_STARTUP_ID");

QByteArray currentStartupId()
{
    const QByteArray current = qgetenv("DESKTOP_STARTUP_ID");
    return current.isEmpty() ? startupIdAtLoad : current;
}

bool isText(const QVariant &value)
{
    return value.typeId() == QMetaType::QString;
}

} // namespace

Start Start::ofThisProcess(const QStringList &arguments, const QVariant &payload)
{
    return {arguments,
            QDir::currentPath(),
            qgetenv("XDG_ACTIVATION_TOKEN"),
            currentStartupId(),
            payload,
            true};
}

QVariant Start::toRequest() const
{
    return QVariantMap{{argumentsKey, arguments},
                       {directoryKey, workingDirectory},
                       {tokenKey, QString::fromUtf8(activationToken)},
                       {startupKey, QString::fromUtf8(startupId)},
                       {payloadKey, payload},
                       {waitsKey, waits}};
}

std::optional<Start> Start::fromRequest(const QVariant &request)
{
    const QVariantMap map = request.toMap();
    const QVariantList arguments = map.value(argumentsKey).toList();
    const bool isStart = map.value(argumentsKey).typeId() == QMetaType::QVariantList
        && std::all_of(arguments.cbegin(), arguments.cend(), isText)
        && isText(map.value(directoryKey)) && isText(map.value(tokenKey))
        && isText(map.value(startupKey));
    if (!isStart)
        return std::nullopt;
    return Start{map.value(argumentsKey).toStringList(),
                 map.value(directoryKey).toString(),
                 map.value(tokenKey).toString().toUtf8(),
                 map.value(startupKey).toString().toUtf8(),
                 map.value(payloadKey),
                 map.value(waitsKey, true).toBool()};
}

Handover::Handover(const Start &start, const IPCCredentials &credentials,
                   const IPCResponder &responder)
    : start(start)
    , credentials(credentials)
    , responder(responder)
{
}

Handover::~Handover()
{
    if (isTaken && responder.isPending())
        responder(0);
}

} // namespace qipc
