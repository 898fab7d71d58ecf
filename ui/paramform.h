// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/params.h"

#include <QWidget>

class QGridLayout;
class QLabel;
class QLineEdit;

/// The parameters of a recipe, each with its value to type over: what `--set` gives on the command line.
class ParamForm final : public QWidget
{
    Q_OBJECT

public:
    explicit ParamForm(QWidget *parent);
    /// Follow a recipe; what the user is typing stays when it means the same.
    void setParams(const Params &params);
    /// Say beside the parameter why it cannot have what was typed; an empty message takes that back.
    void showProblem(const QString &name, const QString &message);

Q_SIGNALS:
    void edited(const QString &name, const QString &value);

private:
    struct Row
    {
        QString name;
        QLineEdit *line;
        QLabel *problem;
    };

    void make(const Params &params);

    QGridLayout *m_grid;
    Params m_params;
    std::vector<Row> m_rows;
};
